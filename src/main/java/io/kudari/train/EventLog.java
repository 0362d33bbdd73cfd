package io.kudari.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.Syncable;

/**
 * Writes every event as one line of JSON: {@code type} ({@code started}, {@code stepDone}, {@code
 * epochDone}, {@code recovered}, {@code diverged}, {@code finished}), {@code time} (ISO 8601, UTC)
 * and the event's components. Steps reach the file about once a second, every other event at once.
 * Used by one thread.
 */
public final class EventLog implements Consumer<Event>, AutoCloseable {

  private static final long FLUSH_MILLIS = 1000;

  private final OutputStream out;
  private final Clock clock;
  private long flushed;

  /**
   * Writes to a stream, which {@link #close} closes.
   *
   * @param clock of the lines' times
   */
  public EventLog(OutputStream out, Clock clock) {
    this.out = out;
    this.clock = clock;
    this.flushed = clock.millis();
  }

  /** Starts a new file, such as {@code out/events.jsonl}; one of that name is replaced. */
  public static EventLog create(Path file, Configuration hadoop) throws IOException {
    OutputStream out = OutputFiles.fileSystem(file, hadoop).create(file, true);
    return new EventLog(out, Clock.systemUTC());
  }

  /**
   * Appends a line.
   *
   * @throws UncheckedIOException when it cannot be written
   */
  @Override
  public void accept(Event event) {
    Instant now = clock.instant();
    ObjectNode json = EventJson.of(event).put("time", now.toString());
    try {
      out.write((json + "\n").getBytes(StandardCharsets.UTF_8));
      boolean step = event instanceof Event.StepDone;
      if (!step || now.toEpochMilli() - flushed >= FLUSH_MILLIS) {
        if (out instanceof Syncable file) file.hflush();
        else out.flush();
        flushed = now.toEpochMilli();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("events.jsonl: cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
