package io.kudari.cli;

import java.util.concurrent.atomic.AtomicReference;
import sun.misc.Signal;

/**
 * Turns the first Ctrl-C or SIGTERM into a request to end after the current step; a second one ends
 * the process at once. One a process, because signals are the process's.
 */
final class Interruption {

  private final AtomicReference<ExitCode> asked = new AtomicReference<>();

  /** Starts listening. */
  Interruption() {
    listen("INT", ExitCode.INTERRUPTED);
    listen("TERM", ExitCode.TERMINATED);
  }

  private void listen(String signal, ExitCode code) {
    Signal.handle(
        new Signal(signal),
        s -> {
          if (!asked.compareAndSet(null, code)) Runtime.getRuntime().halt(code.code);
          System.err.println("\nkudari: ending after this step; once more ends at once");
        });
  }

  /** Whether an end was asked for. */
  boolean asked() {
    return asked.get() != null;
  }

  /** The exit code of what asked, or null. */
  ExitCode code() {
    return asked.get();
  }
}
