package io.kudari.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Stands between whoever connects and a server of 127.0.0.1, and spoils what passes. */
public final class FaultProxy implements AutoCloseable {

  /** What happens when so many bytes have passed in one direction. */
  public enum Fault {
    NONE,
    /** The connection is reset. */
    RESET,
    /** Nothing passes any more, but the connection stays. */
    STALL,
    /** One bit of the next byte changes: the lowest for an even place, the fifth for an odd one. */
    FLIP,
    /** Every byte from there on is sent alone, for a while. */
    DRIP,
    /** From there on one byte a second passes, for ever. */
    TRICKLE,
    /** Nothing passes any more on any connection either way, and nobody is told: a lost machine. */
    VANISH
  }

  /** Which way the bytes go that are counted and spoiled. */
  public enum Way {
    FROM_THE_CALLER,
    TO_THE_CALLER
  }

  private static final int DRIPS = 3_000;

  private final ServerSocket server;
  private final InetSocketAddress target;
  private final Fault fault;
  private final long at;
  private final Way way;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean vanished;
  private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());

  /**
   * Listens.
   *
   * @param at bytes that pass before the fault, on each connection
   */
  public FaultProxy(InetSocketAddress target, Fault fault, long at, Way way) throws IOException {
    this(new InetSocketAddress("127.0.0.1", 0), target, fault, at, way);
  }

  /** Listens at an address and passes all on, as an address translation. */
  public FaultProxy(InetSocketAddress here, InetSocketAddress target) throws IOException {
    this(here, target, Fault.NONE, 0, Way.FROM_THE_CALLER);
  }

  private FaultProxy(
      InetSocketAddress here, InetSocketAddress target, Fault fault, long at, Way way)
      throws IOException {
    this.server = new ServerSocket(here.getPort(), 50, here.getAddress());
    this.target = target;
    this.fault = fault;
    this.at = at;
    this.way = way;
    start(this::accept);
  }

  public InetSocketAddress address() {
    return InetSocketAddress.createUnresolved("127.0.0.1", server.getLocalPort());
  }

  private void accept() throws IOException {
    while (true) {
      Socket in = server.accept();
      Socket out = new Socket(target.getHostString(), target.getPort());
      in.setTcpNoDelay(true);
      out.setTcpNoDelay(true);
      sockets.add(in);
      sockets.add(out);
      boolean calls = way == Way.FROM_THE_CALLER;
      start(() -> pass(in, out, calls ? fault : Fault.NONE));
      start(() -> pass(out, in, calls ? Fault.NONE : fault));
    }
  }

  private void pass(Socket from, Socket to, Fault what) throws IOException {
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    byte[] bytes = new byte[16 * 1024];
    long passed = 0;
    try (from;
        to) {
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        if (vanished) awaitClose();
        int before = what == Fault.NONE ? n : (int) Math.max(0, Math.min(n, at - passed));
        out.write(bytes, 0, before);
        if (before < n) spoil(bytes, before, n, passed + before - at, to);
        passed += n;
      }
    }
  }

  /** Passes on what comes at the fault and after it. */
  private void spoil(byte[] bytes, int from, int to, long since, Socket target) throws IOException {
    OutputStream out = target.getOutputStream();
    switch (fault) {
      case RESET -> {
        for (Socket s : List.copyOf(sockets)) {
          s.setSoLinger(true, 0);
          s.close();
        }
        throw new IOException("reset");
      }
      case STALL -> {
        // What has arrived is dropped, until somebody gives up.
      }
      case FLIP -> {
        if (since == 0) bytes[from] ^= (byte) (at % 2 == 0 ? 1 : 0x10);
        out.write(bytes, from, to - from);
      }
      case DRIP -> {
        int drips = (int) Math.max(0, Math.min(to - from, DRIPS - since));
        for (int i = from; i < from + drips; i++) out.write(bytes, i, 1);
        out.write(bytes, from + drips, to - from - drips);
      }
      case TRICKLE -> {
        for (int i = from; i < to; i++) {
          out.write(bytes, i, 1);
          if (isClosedWithin(1000)) throw new IOException("closed");
        }
      }
      case VANISH -> {
        vanished = true;
        awaitClose();
      }
      case NONE -> out.write(bytes, from, to - from);
    }
  }

  /** What has been read is lost, and nothing more is read: the sender's messages pile up. */
  private void awaitClose() throws IOException {
    while (!isClosedWithin(60_000)) {}
    throw new IOException("closed");
  }

  private boolean isClosedWithin(long millis) throws IOException {
    try {
      return closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // The connection has ended, as tests intend.
              }
            },
            "fault-proxy");
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    closed.countDown();
    server.close();
    for (Socket s : List.copyOf(sockets)) s.close();
    for (Thread t : List.copyOf(threads)) t.join(20_000);
  }
}
