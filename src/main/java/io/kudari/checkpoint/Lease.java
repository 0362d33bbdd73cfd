package io.kudari.checkpoint;

import io.kudari.data.file.OutputFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The right to write to a run's folder. One process has it at a time.
 *
 * <p>Leases are files with rising numbers, and the highest number is in force. Its holder rewrites
 * its own file again and again; whoever wants the lease watches that file for a while by a clock
 * that nobody sets, and takes over by making the file of the next number, which only one can, when
 * the content has not changed. No times are compared, so wrong clocks do not matter. A holder that
 * was taken for dead finds the higher number and stops. On one machine a process that has ended is
 * known at once.
 *
 * <p>Thread-safe.
 */
public final class Lease implements Fence, AutoCloseable {

  /** Nine digits, and more where a foreign file has used them up; fewer than a long has. */
  private static final Pattern NAME = Pattern.compile("lease-(\\d{9,18})");

  /** How long the end waits for a beat that is being written. */
  private static final long JOIN_MILLIS = 2000;

  private static final String RIVAL = "another process that began at the same time";

  private final FileSystem files;
  private final Path folder;
  private final long number;
  private final Thread heart;
  private Holder holder;
  private boolean closed;
  private volatile boolean lost;

  /**
   * How long things take.
   *
   * @param beat between two changes of the content
   * @param watch how long content must not change before its holder is taken for dead; several
   *     times as long
   */
  public record Times(Duration beat, Duration watch) {

    /** Two seconds and ten. */
    public static final Times USUAL = new Times(Duration.ofSeconds(2), Duration.ofSeconds(10));
  }

  private Lease(FileSystem files, Path folder, long number, Holder holder, Times times) {
    this.files = files;
    this.folder = folder;
    this.number = number;
    this.holder = holder;
    this.heart = new Thread(() -> beat(times), "lease");
    heart.setDaemon(true);
  }

  /**
   * Who holds the lease of a folder, if anybody does. Takes as long as watching a holder does, if
   * there is one that is not known to live or to have ended.
   *
   * @param folder need not be there
   */
  public static Optional<String> holder(FileSystem files, Path folder, Times times)
      throws IOException, InterruptedException {
    return holder(files, folder, newest(files, folder), times);
  }

  private static Optional<String> holder(FileSystem files, Path folder, long number, Times times)
      throws IOException, InterruptedException {
    return number == 0 ? Optional.empty() : watch(files, path(folder, number), times);
  }

  /**
   * Takes the lease of a folder, which is made if need be.
   *
   * @throws HeldException when another process has it
   */
  public static Lease take(FileSystem files, Path folder, Times times)
      throws IOException, InterruptedException {
    long newest = newest(files, folder);
    Optional<String> other = holder(files, folder, newest, times);
    if (other.isPresent()) throw new HeldException(other.get());
    OutputFiles.makeFolder(files, folder);
    // The next after the one that was found free: a later one is somebody else's.
    long number = newest + 1;
    Holder self = Holder.current();
    Path own = path(folder, number);
    try {
      create(files, own, self);
    } catch (HeldException e) {
      throw e;
    } catch (IOException e) {
      OutputFiles.discard(files, own, e);
      throw e;
    }
    if (newest(files, folder) != number) {
      OutputFiles.delete(files, path(folder, number));
      throw new HeldException(RIVAL);
    }
    for (Path old : numbers(files, folder).headMap(number).values()) OutputFiles.delete(files, old);
    Lease lease = new Lease(files, folder, number, self, times);
    lease.heart.start();
    return lease;
  }

  /** Another process has the lease. */
  public static final class HeldException extends IOException {

    private static final long serialVersionUID = 1;

    HeldException(String holder) {
      super("in use by " + holder);
    }
  }

  /** Makes a file that is not there yet: only one process can. */
  private static void create(FileSystem files, Path path, Holder self) throws IOException {
    try {
      if (OutputFiles.isLocal(files)) {
        // Hadoop's own method looks first and creates then.
        Files.createFile(java.nio.file.Path.of(path.toUri().getPath()));
        write(files, path, self, true);
      } else {
        write(files, path, self, false);
      }
    } catch (FileAlreadyExistsException | java.nio.file.FileAlreadyExistsException e) {
      throw new HeldException(RIVAL);
    }
  }

  private static void write(FileSystem files, Path path, Holder holder, boolean replace)
      throws IOException {
    try (OutputStream out = OutputFiles.create(files, path, replace)) {
      out.write(holder.bytes());
    }
  }

  /** Who holds the lease of a file: nobody when it is released or nothing changes. */
  private static Optional<String> watch(FileSystem files, Path path, Times times)
      throws IOException, InterruptedException {
    byte[] first = content(files, path);
    long start = System.nanoTime();
    while (true) {
      byte[] now = content(files, path);
      Optional<Holder> holder = Holder.parse(now);
      if (holder.isPresent() && holder.get().released()) return Optional.empty();
      Optional<Boolean> lives = holder.flatMap(Holder::lives);
      if (lives.isPresent() && !lives.get()) return Optional.empty();
      if (lives.isPresent() || !Arrays.equals(first, now))
        return Optional.of(holder.map(Holder::toString).orElse("another process"));
      if (System.nanoTime() - start > times.watch().toNanos()) return Optional.empty();
      Thread.sleep(Math.max(1, times.beat().toMillis() / 4));
    }
  }

  private static byte[] content(FileSystem files, Path path) throws IOException {
    try {
      return SyncedFile.bytes(files, path);
    } catch (FileNotFoundException e) {
      return new byte[0];
    }
  }

  private static NavigableMap<Long, Path> numbers(FileSystem files, Path folder)
      throws IOException {
    NavigableMap<Long, Path> numbers = new TreeMap<>();
    try {
      for (FileStatus status : files.listStatus(folder)) {
        Matcher name = NAME.matcher(status.getPath().getName());
        if (name.matches()) numbers.put(Long.parseLong(name.group(1)), status.getPath());
      }
    } catch (FileNotFoundException e) {
      // No folder, no lease.
    }
    return numbers;
  }

  private static long newest(FileSystem files, Path folder) throws IOException {
    NavigableMap<Long, Path> numbers = numbers(files, folder);
    return numbers.isEmpty() ? 0 : numbers.lastKey();
  }

  private static Path path(Path folder, long number) {
    return new Path(folder, String.format(Locale.ROOT, "lease-%09d", number));
  }

  /** Whether a file of the folder is a lease's. */
  public static boolean isLease(Path file) {
    return NAME.matcher(file.getName()).matches();
  }

  /** The random name of this holder. */
  public synchronized String owner() {
    return holder.owner();
  }

  /** Whether the lease is known to be lost; costs nothing. */
  public boolean lost() {
    return lost;
  }

  @Override
  public void check() throws IOException {
    if (!lost && newest(files, folder) <= number) return;
    lost = true;
    throw new LeaseLostException(folder.getParent() + " has been taken over by another run");
  }

  private void beat(Times times) {
    while (!lost) {
      synchronized (this) {
        try {
          if (!closed) wait(times.beat().toMillis());
        } catch (InterruptedException e) {
          return;
        }
        if (closed) return;
      }
      try {
        check();
        write(holder(true));
      } catch (IOException | RuntimeException e) {
        // A store that fails for a while: the next beat tries again; who takes over is noticed
        // then.
      }
    }
  }

  private synchronized Holder holder(boolean beating) {
    holder = beating ? holder.beating() : holder.ended();
    return holder;
  }

  /** Not under the lock: a store may hang. On a full disk the old content stays. */
  private void write(Holder next) throws IOException {
    Path path = path(folder, number);
    if (OutputFiles.isLocal(files)) OutputFiles.write(files, path, next.bytes());
    else write(files, path, next, true);
  }

  /**
   * Gives the lease back, unless it is lost. A store that fails now does not undo what its holder
   * has done: whoever wants the lease will find that the process has ended, or that nothing
   * changes. A thread that is interrupted gives it back as well, and stays interrupted: its process
   * may live on.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) return;
      closed = true;
      notifyAll();
    }
    // While the flag is set, neither waiting nor writing a local file is possible.
    boolean interrupted = Thread.interrupted();
    try {
      interrupted |= awaitHeart();
      if (!lost && !heart.isAlive()) write(holder(false));
    } catch (IOException e) {
      // See above.
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  /** Waits until no beat is being written, or for so long; gives whether it was interrupted. */
  private boolean awaitHeart() {
    boolean interrupted = false;
    long start = System.nanoTime();
    long left = JOIN_MILLIS;
    while (left > 0 && heart.isAlive()) {
      try {
        heart.join(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      left = JOIN_MILLIS - (System.nanoTime() - start) / 1_000_000;
    }
    return interrupted;
  }
}
