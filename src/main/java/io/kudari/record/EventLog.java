package io.kudari.record;

import io.kudari.data.file.OutputFiles;
import io.kudari.event.Event;
import io.kudari.event.EventJson;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.Syncable;

/**
 * Writes every event as one line of JSON, see {@link EventJson}. Steps and what is measured in them
 * reach the file about once a second, every other event at once. Thread-safe.
 */
public final class EventLog implements Consumer<Event>, AutoCloseable {

  private static final long FLUSH_NANOS = 1_000_000_000;
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private final OutputStream out;
  private final Clock clock;
  private final LongSupplier nanos;
  private final Force force;
  private long flushed;
  private long written;

  /** The newest step that was told, or that the run goes on from. */
  private long step;

  /** Brings to the disk what the stream's own sync leaves in memory. */
  private interface Force {
    void run() throws IOException;
  }

  /**
   * Writes to a stream, which {@link #close} closes.
   *
   * @param clock of the lines' times, which may jump
   * @param nanos of what lies between them, such as {@link System#nanoTime}
   */
  public EventLog(OutputStream out, Clock clock, LongSupplier nanos) {
    this(out, clock, nanos, () -> {}, 0);
  }

  private EventLog(OutputStream out, Clock clock, LongSupplier nanos, Force force, long written) {
    this.out = out;
    this.clock = clock;
    this.nanos = nanos;
    this.force = force;
    this.written = written;
    this.flushed = nanos.getAsLong();
  }

  /** Starts a new file, such as {@code out/events.jsonl}; one of that name is replaced. */
  public static EventLog create(Path file, Configuration hadoop) throws IOException {
    FileSystem files = OutputFiles.fileSystem(file, hadoop);
    return of(files, file, OutputFiles.create(files, file, true), 0);
  }

  /**
   * Goes on with a file of which the first bytes are kept.
   *
   * @param kept their number
   */
  public static EventLog resume(Path file, Configuration hadoop, long kept) throws IOException {
    FileSystem files = OutputFiles.fileSystem(file, hadoop);
    Path temporary = OutputFiles.temporary(file);
    copy(files, file, temporary, kept);
    OutputFiles.force(files, temporary);
    // Another file, not the old one cut off: a process that was fenced out may still have that
    // open.
    if (files.exists(file)) OutputFiles.delete(files, file);
    FSDataOutputStream out = OutputFiles.create(files, file, true);
    try (InputStream in = files.open(temporary)) {
      in.transferTo(out);
    }
    EventLog log = of(files, file, out, kept);
    long unused = log.sync();
    OutputFiles.delete(files, temporary);
    return log;
  }

  /**
   * Undoes a {@link #resume} during which the process died: while it lasts, one of two files holds
   * everything that is kept, and it is the longer one.
   */
  public static void repair(Path file, Configuration hadoop) throws IOException {
    FileSystem files = OutputFiles.fileSystem(file, hadoop);
    Path temporary = OutputFiles.temporary(file);
    if (!files.exists(temporary)) return;
    if (!files.exists(file) || length(files, temporary) > length(files, file)) {
      if (files.exists(file)) OutputFiles.delete(files, file);
      OutputFiles.rename(files, temporary, file);
    } else {
      OutputFiles.delete(files, temporary);
    }
  }

  private static long length(FileSystem files, Path file) throws IOException {
    return files.getFileStatus(file).getLen();
  }

  private static void copy(FileSystem files, Path from, Path to, long length) throws IOException {
    try (OutputStream out = OutputFiles.create(files, to, true)) {
      if (length == 0) return;
      try (InputStream in = files.open(from)) {
        byte[] chunk = new byte[1 << 16];
        for (long left = length; left > 0; ) {
          int read = in.read(chunk, 0, (int) Math.min(chunk.length, left));
          if (read < 0) throw new EOFException(from + " ends before byte " + length);
          out.write(chunk, 0, read);
          left -= read;
        }
      }
    }
  }

  private static EventLog of(FileSystem files, Path file, OutputStream out, long written) {
    Force force = () -> OutputFiles.force(files, file);
    return new EventLog(out, Clock.systemUTC(), System::nanoTime, force, written);
  }

  /**
   * Appends a line.
   *
   * @throws UncheckedIOException when it cannot be written
   */
  @Override
  public synchronized void accept(Event event) {
    long now = nanos.getAsLong();
    try {
      byte[] line =
          (EventJson.line(event, clock.instant()) + "\n").getBytes(StandardCharsets.UTF_8);
      out.write(line);
      written += line.length;
      if (event instanceof Event.StepDone s) reached(s.step());
      if (event instanceof Event.Resumed r) reached(r.step());
      if (!event.ofStep() || now - flushed >= FLUSH_NANOS) {
        OutputFiles.flush(out);
        flushed = now;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot be written: " + e.getMessage(), e);
    }
  }

  private void reached(long newest) {
    step = Math.max(step, newest);
    notifyAll();
  }

  /**
   * Brings everything to the disk, with the events up to a step, which may be on their way from who
   * takes steps while a state of it is here already. What does not come within a while is not
   * waited for.
   *
   * @return as {@link #sync()}
   */
  public long sync(long step) throws IOException {
    awaitStep(step);
    return sync();
  }

  private synchronized void awaitStep(long wanted) throws IOException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    try {
      for (long left = PATIENCE_NANOS; step < wanted && left > 0; left = end - System.nanoTime())
        TimeUnit.NANOSECONDS.timedWait(this, left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while events are on their way", e);
    }
  }

  /**
   * Brings everything to the disk.
   *
   * @return how much of the file a reader will find at least, even after a loss of power
   */
  public long sync() throws IOException {
    long length = written();
    // Not under the lock: a slow disk must not keep the training from telling its next step.
    // Hadoop's streams may be synced while somebody writes.
    try {
      if (out instanceof Syncable file) file.hsync();
      else out.flush();
    } catch (UnsupportedOperationException e) {
      // An object store, which shows a file when it is closed.
      out.flush();
    }
    force.run();
    return length;
  }

  private synchronized long written() {
    return written;
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
