package io.kudari.spark;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Stands between whoever connects and a server of 127.0.0.1, and keeps what callers have sent. */
final class Recorder implements AutoCloseable {

  private final ServerSocket server;
  private final InetSocketAddress target;
  private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
  private final List<ByteArrayOutputStream> kept = Collections.synchronizedList(new ArrayList<>());

  Recorder(InetSocketAddress target) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    this.target = target;
    start(this::accept);
  }

  InetSocketAddress address() {
    return InetSocketAddress.createUnresolved("127.0.0.1", server.getLocalPort());
  }

  /** What each caller has sent so far, in the order in which they came. */
  List<byte[]> sent() {
    return List.copyOf(kept).stream().map(ByteArrayOutputStream::toByteArray).toList();
  }

  /** The first frame of what a caller has sent. */
  static byte[] firstFrame(byte[] sent) {
    return Arrays.copyOf(sent, (int) java.nio.ByteBuffer.wrap(sent).getLong());
  }

  private void accept() throws IOException {
    while (true) {
      Socket in = server.accept();
      Socket out = new Socket(target.getHostString(), target.getPort());
      sockets.add(in);
      sockets.add(out);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      kept.add(bytes);
      start(() -> pass(in, out, bytes));
      start(() -> pass(out, in, OutputStream.nullOutputStream()));
    }
  }

  private static void pass(Socket from, Socket to, OutputStream copy) throws IOException {
    byte[] bytes = new byte[16 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        copy.write(bytes, 0, n);
        to.getOutputStream().write(bytes, 0, n);
      }
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
            "recorder");
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    server.close();
    for (Socket s : List.copyOf(sockets)) s.close();
    for (Thread t : List.copyOf(threads)) t.join(20_000);
  }
}
