package io.kudari.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between whoever connects and a server of 127.0.0.1, and lets so many bits a second pass
 * each way, as a link of that rate does: it is a program, not a network, so its delays are those of
 * threads, and what the sender's socket holds is not limited.
 */
final class SlowRelay implements AutoCloseable {

  private static final int PIECE = 16 * 1024;

  private final ServerSocket server;
  private final InetSocketAddress target;
  private final double nanosPerByte;
  private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());

  /**
   * Listens.
   *
   * @param bitsPerSecond each way, on each connection
   */
  SlowRelay(InetSocketAddress target, double bitsPerSecond) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    this.target = target;
    this.nanosPerByte = 8e9 / bitsPerSecond;
    start(this::accept);
  }

  InetSocketAddress address() {
    return InetSocketAddress.createUnresolved("127.0.0.1", server.getLocalPort());
  }

  private void accept() throws IOException {
    while (true) {
      Socket in = server.accept();
      Socket out = new Socket(target.getHostString(), target.getPort());
      for (Socket s : List.of(in, out)) {
        s.setTcpNoDelay(true);
        sockets.add(s);
      }
      start(() -> pass(in, out));
      start(() -> pass(out, in));
    }
  }

  private void pass(Socket from, Socket to) throws IOException {
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    byte[] bytes = new byte[PIECE];
    double due = System.nanoTime();
    try (from;
        to) {
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        due = Math.max(due, System.nanoTime()) + n * nanosPerByte;
        for (long left = left(due); left > 0; left = left(due)) LockSupport.parkNanos(left);
        out.write(bytes, 0, n);
      }
    }
  }

  private static long left(double due) {
    return (long) (due - System.nanoTime());
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // The connection has ended.
              }
            },
            "slow-relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket s : List.copyOf(sockets)) s.close();
  }
}
