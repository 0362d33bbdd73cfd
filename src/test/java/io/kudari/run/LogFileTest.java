package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.event.Event;
import io.kudari.record.EventLog;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogFileTest {

  private final Warnings warnings = new Warnings();

  /** A disk that is full after so many bytes, also when the file is closed. */
  private static OutputStream full(int bytes) {
    return new OutputStream() {
      private int written;

      @Override
      public void write(int b) throws IOException {
        if (++written > bytes) throw new IOException("no space left");
      }

      @Override
      public void close() throws IOException {
        throw new IOException("no space left");
      }
    };
  }

  @Test
  void aLogThatCannotBeWrittenIsToldOnceAndEndsNothing() {
    try (LogFile<EventLog> log = log(full(10))) {
      log.on(new Event.Scalar("tag", 1, 0.5));
      log.on(new Event.Scalar("tag", 2, 0.5));
    }
    assertEquals(
        List.of("events.jsonl: cannot be written: no space left; training goes on"),
        warnings.lines);
  }

  @Test
  void aLogThatCannotBeClosedIsTold() {
    try (LogFile<EventLog> log = log(full(1000))) {
      log.on(new Event.Scalar("tag", 1, 0.5));
    }
    assertEquals(List.of("events.jsonl: cannot be closed: no space left"), warnings.lines);
  }

  private LogFile<EventLog> log(OutputStream out) {
    EventLog log = new EventLog(out, Clock.systemUTC(), System::nanoTime);
    return new LogFile<>("events.jsonl", log, warnings);
  }
}
