package io.kudari.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Where the workers of a {@link TestCluster} are: all on this machine, or each on one that is made
 * of Linux's namespaces, with a network and a small disk of its own, which can be cut off and
 * filled. The latter needs the rights to configure a network and to mount, which {@code
 * scripts/chaos} asks the kernel for.
 */
class Machines implements AutoCloseable {

  /** Everything is on 127.0.0.1. */
  static final Machines ONE = new Machines();

  /** Where master and driver are. */
  String host() {
    return "127.0.0.1";
  }

  /** Where a worker is. */
  String host(int worker) throws IOException {
    return "127.0.0.1";
  }

  /** What a worker's command begins with. */
  List<String> prefix(int worker) {
    return List.of();
  }

  /** What a worker needs in its environment. */
  Map<String, String> environment(int worker) {
    return Map.of();
  }

  /** Nothing passes between a worker and the others any more; nobody is told. */
  void cut(int worker) {
    throw new UnsupportedOperationException("one machine cannot be cut");
  }

  /** Undoes {@link #cut}. */
  void join(int worker) {
    throw new UnsupportedOperationException("one machine cannot be cut");
  }

  /** Leaves no byte free where a worker and its executors write. */
  void fillDisk(int worker) {
    throw new UnsupportedOperationException("the disk is everybody's");
  }

  /** Undoes {@link #fillDisk}. */
  void emptyDisk(int worker) {
    throw new UnsupportedOperationException("the disk is everybody's");
  }

  @Override
  public void close() {}

  /** Machines in namespaces within those of this process. */
  static Machines inNamespaces(Path folder) throws IOException {
    return new Namespaces(folder);
  }

  private static final class Namespaces extends Machines {

    private static final String DRIVER = "10.77.0.1";
    private static final String DISK = "8m";

    private final Path folder;
    private final List<Process> holders = new ArrayList<>();

    Namespaces(Path folder) throws IOException {
      this.folder = folder;
      run("ip", "link", "set", "lo", "up");
      run("ip", "link", "add", "machines", "type", "bridge");
      run("ip", "addr", "add", DRIVER + "/16", "dev", "machines");
      run("ip", "link", "set", "machines", "up");
    }

    @Override
    String host() {
      return DRIVER;
    }

    @Override
    String host(int worker) throws IOException {
      while (holders.size() <= worker) add(holders.size());
      return address(worker);
    }

    private static String address(int worker) {
      return "10.77." + (1 + worker / 200) + "." + (1 + worker % 200);
    }

    /** A process holds the namespace, and a cable leads from there to the bridge. */
    private void add(int worker) throws IOException {
      Process holder =
          new ProcessBuilder("unshare", "-n", "sh", "-c", "echo made; exec sleep 1000000").start();
      holders.add(holder);
      try (var said =
          new BufferedReader(
              new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
        if (!"made".equals(said.readLine())) throw new IOException("no network namespace");
      }
      String pid = "" + holder.pid();
      run("ip", "link", "add", cable(worker), "type", "veth", "peer", "name", "net", "netns", pid);
      run("ip", "link", "set", cable(worker), "master", "machines", "up");
      within(worker, "ip", "link", "set", "lo", "up");
      within(worker, "ip", "addr", "add", address(worker) + "/16", "dev", "net");
      within(worker, "ip", "link", "set", "net", "up");
      String disk = Files.createDirectories(disk(worker)).toString();
      run("mount", "-t", "tmpfs", "-o", "size=" + DISK, "none", disk);
    }

    private static String cable(int worker) {
      return "cable" + worker;
    }

    private Path disk(int worker) {
      return folder.resolve("disk-" + worker);
    }

    @Override
    List<String> prefix(int worker) {
      return List.of("nsenter", "-t", "" + holders.get(worker).pid(), "-n");
    }

    @Override
    Map<String, String> environment(int worker) {
      return Map.of(
          "SPARK_WORKER_DIR", disk(worker).resolve("work").toString(),
          "SPARK_LOCAL_DIRS", disk(worker).resolve("local").toString());
    }

    @Override
    void cut(int worker) {
      run("ip", "link", "set", cable(worker), "down");
    }

    @Override
    void join(int worker) {
      run("ip", "link", "set", cable(worker), "up");
    }

    @Override
    void fillDisk(int worker) {
      try (OutputStream file = Files.newOutputStream(disk(worker).resolve("filler"))) {
        for (byte[] block = new byte[4096]; true; ) file.write(block);
      } catch (IOException e) {
        // No space left on device.
      }
    }

    @Override
    void emptyDisk(int worker) {
      try {
        Files.delete(disk(worker).resolve("filler"));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    private void within(int worker, String... command) {
      List<String> all = new ArrayList<>(prefix(worker));
      all.addAll(List.of(command));
      run(all.toArray(String[]::new));
    }

    private static void run(String... command) {
      try {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0)
          throw new AssertionError(String.join(" ", command) + " failed");
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    /** Once no process is on any of them. */
    @Override
    public void close() {
      for (int w = 0; w < holders.size(); w++) run("umount", disk(w).toString());
      holders.forEach(Process::destroyForcibly);
      run("ip", "link", "del", "machines");
    }
  }
}
