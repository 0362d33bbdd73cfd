package io.kudari.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Until closed, turns the first Ctrl-C, SIGTERM or SIGHUP into a request to end after the current
 * step; a second one ends the process at once, and so does time: a file system or a cluster that
 * hangs must not keep a process that was told to end. One a process, because signals are the
 * process's.
 */
final class Interruption implements AutoCloseable {

  /** How long after a signal the process ends at the latest. */
  private static final long PATIENCE_MILLIS = 14_000;

  private final AtomicReference<ExitCode> asked = new AtomicReference<>();
  private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();

  /** Starts listening. */
  Interruption() {
    listen("INT", ExitCode.INTERRUPTED);
    listen("TERM", ExitCode.TERMINATED);
    listen("HUP", ExitCode.HUNG_UP); // Not where nohup has it ignored: then Java leaves it so.
  }

  private void listen(String signal, ExitCode code) {
    Signal handled = new Signal(signal);
    SignalHandler own =
        s -> {
          if (!asked.compareAndSet(null, code)) Runtime.getRuntime().halt(code.code);
          System.err.println("\nkudari: ending after this step; once more ends at once");
          endLater(code);
        };
    before.put(handled, Signal.handle(handled, own));
  }

  private static void endLater(ExitCode code) {
    Thread timer =
        new Thread(
            () -> {
              try {
                Thread.sleep(PATIENCE_MILLIS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              System.err.println("kudari: could not end in time; what was saved is valid");
              Runtime.getRuntime().halt(code.code);
            },
            "end");
    timer.setDaemon(true);
    timer.start();
  }

  /** Whether an end was asked for. */
  boolean asked() {
    return asked.get() != null;
  }

  /** The exit code of what asked, or null. */
  ExitCode code() {
    return asked.get();
  }

  /** Gives the signals back to whoever had them. */
  @Override
  public void close() {
    before.forEach(Signal::handle);
  }
}
