package io.kudari.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.kudari.data.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Results of trials in a file, a line of JSON each, so that a lab that was killed goes on where it
 * was. A line is on the disk before the trial counts as done; a last line that was cut is left out
 * and written anew. A trial is known by its configuration and by the version of Kudari. One process
 * at a time has the file open. Used by one thread.
 */
final class TrialStore implements AutoCloseable {

  /** The file's name in the lab's folder. */
  static final String FILE = "trials.jsonl";

  private final FileChannel file;
  private final String version;
  private final Map<String, TrialResult> known = new HashMap<>();

  /**
   * A line.
   *
   * @param version of Kudari that trained it
   * @param configuration of the trial, all of it
   * @param seconds until it had ended, since the trials it was trained with began
   */
  private record Line(String version, String configuration, double seconds, TrialResult result) {}

  private TrialStore(FileChannel file, String version) {
    this.file = file;
    this.version = version;
  }

  /**
   * Opens the file, or makes an empty one.
   *
   * @throws DataException when a line is damaged, or another process has the file open
   */
  static TrialStore open(Path folder, String version) throws IOException {
    Path path = folder.resolve(FILE);
    FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    TrialStore store = new TrialStore(file, version);
    try {
      store.lock(path);
      store.read(path);
      return store;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private void lock(Path path) throws IOException {
    try {
      FileLock lock = file.tryLock();
      if (lock != null) return;
    } catch (OverlappingFileLockException e) {
      // Held within this process: the same to the user.
    }
    throw new DataException(path + ": is in use by another lab");
  }

  private void read(Path path) throws IOException {
    byte[] bytes = bytes();
    int whole = bytes.length;
    while (whole > 0 && bytes[whole - 1] != '\n') whole--;
    file.truncate(whole).position(whole);
    String[] lines = new String(bytes, 0, whole, StandardCharsets.UTF_8).split("\n");
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].isBlank()) continue;
      try {
        Line line = LabJson.read(lines[i], Line.class);
        if (line.version().equals(version)) known.put(line.configuration(), line.result());
      } catch (JsonProcessingException e) {
        throw new DataException(
            path + ": line " + (i + 1) + " is damaged: delete it, and its trial is trained anew",
            e);
      }
    }
  }

  /** By the channel that has the lock: closing any other of the file would give the lock back. */
  private byte[] bytes() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
    while (bytes.hasRemaining() && file.read(bytes, bytes.position()) >= 0) {}
    return bytes.array();
  }

  /** What is known of a trial. */
  Optional<TrialResult> find(Trial trial) {
    return find(trial.configuration());
  }

  /** What is known of a configuration. */
  Optional<TrialResult> find(String configuration) {
    return Optional.ofNullable(known.get(configuration));
  }

  /** Keeps the result of a configuration. */
  void add(String configuration, double seconds, TrialResult result) throws IOException {
    String line = LabJson.line(new Line(version, configuration, seconds, result)) + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) file.write(bytes);
    file.force(true);
    known.put(configuration, result);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
