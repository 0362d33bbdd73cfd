package io.kudari.checkpoint;

import io.kudari.data.DataException;
import io.kudari.data.file.JsonFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Who holds a lease: the content of its file.
 *
 * @param owner random
 * @param beat counts as long as the holder lives
 * @param released whether the holder has ended in peace
 * @param host its name, for messages
 * @param machine host, boot and process-id namespace: where a process id means one process; empty
 *     where the system doesn't tell
 * @param pid process id
 * @param started when the process started, in ticks since the boot: no clock that is set can change
 *     it
 */
record Holder(
    String owner,
    long beat,
    boolean released,
    String host,
    String machine,
    long pid,
    long started) {

  /** This process, under a new name. */
  static Holder current() {
    long pid = ProcessHandle.current().pid();
    return new Holder(
        UUID.randomUUID().toString(), 0, false, hostName(), here(), pid, started(pid));
  }

  Holder beating() {
    return new Holder(owner, beat + 1, false, host, machine, pid, started);
  }

  Holder ended() {
    return new Holder(owner, beat + 1, true, host, machine, pid, started);
  }

  /** Whether the holder's process lives; empty where that cannot be known from here. */
  Optional<Boolean> lives() {
    if (machine.isEmpty() || !machine.equals(here())) return Optional.empty();
    return Optional.of(started >= 0 && started(pid) == started);
  }

  @Override
  public String toString() {
    return "process " + pid + " on " + host;
  }

  byte[] bytes() throws IOException {
    return JsonFile.bytes(this);
  }

  /** The holder, or nothing of a file that is being written. */
  static Optional<Holder> parse(byte[] bytes) {
    try {
      return Optional.of(JsonFile.read("lease", bytes, Holder.class));
    } catch (DataException e) {
      return Optional.empty();
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unknown host";
    }
  }

  private static String here() {
    try {
      return hostName()
          + " "
          + Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException | SecurityException e) {
      return "";
    }
  }

  /** Field 22 of a process's {@code stat}, or −1 when there is no such process, or it is dead. */
  private static long started(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      // The name, in parentheses, may hold anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return fields[0].equals("Z") ? -1 : Long.parseLong(fields[19]);
    } catch (IOException | RuntimeException e) {
      return -1;
    }
  }
}
