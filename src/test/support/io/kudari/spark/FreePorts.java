package io.kudari.spark;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports to choose: below those that the system gives away by itself, no two times the same. */
public final class FreePorts {

  private static final int FIRST = 12_000;
  private static final int PAIRS = 4_000;

  /** Processes that test at the same time begin at different places. */
  private static final AtomicInteger NEXT =
      new AtomicInteger((int) (ProcessHandle.current().pid() * 37 % PAIRS));

  private FreePorts() {}

  /** The first of two that follow each other and are free. */
  public static int two() throws IOException {
    int end = Math.min(FIRST + 2 * PAIRS, firstOfTheSystem());
    for (int tries = 0; tries < PAIRS; tries++) {
      int port = FIRST + 2 * (NEXT.getAndIncrement() % PAIRS);
      if (port + 1 < end && isFree(port) && isFree(port + 1)) return port;
    }
    throw new AssertionError("no two free ports within " + FIRST + ".." + end);
  }

  /** Listens there, for ranks of this machine to find it taken. */
  public static ServerSocket hold(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = hold(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static int firstOfTheSystem() throws IOException {
    Path range = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    if (!Files.exists(range)) return 1 << 15;
    // In one read: this file has nothing more for a second one.
    try (BufferedReader reader = Files.newBufferedReader(range)) {
      return Integer.parseInt(reader.readLine().strip().split("\\s+")[0]);
    }
  }
}
