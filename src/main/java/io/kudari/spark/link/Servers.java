package io.kudari.spark.link;

import io.netty.channel.unix.Errors;
import java.net.BindException;
import java.util.List;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.server.TransportServerBootstrap;

/** Servers of Spark's transport, which say in one way that they cannot be bound. */
public final class Servers {

  private Servers() {}

  /**
   * Starts to listen.
   *
   * @param host to bind to
   * @param port to listen at, or 0 for any that is free
   * @throws BindException when that cannot be bound, such as a port that is taken
   */
  public static TransportServer listen(
      TransportContext context, String host, int port, List<TransportServerBootstrap> bootstraps)
      throws BindException {
    try {
      return context.createServer(host, port, bootstraps);
    } catch (Exception e) {
      // Netty throws both without saying so; with EPOLL one that Spark does not take for the other.
      if (e instanceof BindException bind) throw bind;
      if (e instanceof Errors.NativeIoException other) throw translated(other);
      throw e;
    }
  }

  private static BindException translated(Errors.NativeIoException e) {
    BindException bind = new BindException(e.getMessage());
    bind.initCause(e);
    return bind;
  }
}
