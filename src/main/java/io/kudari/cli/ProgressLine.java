package io.kudari.cli;

import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.model.Figures;
import io.kudari.record.NoiseFigures;
import io.kudari.run.RunListener;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Shows how a run is getting on. A terminal gets one line that is rewritten, and keeps one line an
 * epoch; anything else gets plain lines, one an epoch and in between at most one every five
 * seconds. At the end a short table. Used by one thread.
 */
final class ProgressLine implements RunListener {

  private static final long SECOND = 1_000_000_000;
  private static final long PLAIN_INTERVAL = 5 * SECOND;
  private static final long TERMINAL_INTERVAL = SECOND / 5;

  /** Clears a terminal's line from the cursor on. */
  private static final String CLEAR = "\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanos;
  private final IntSupplier columns;

  private Event.Started started;
  private Event.Finished finished;
  private Event.EpochDone lastEpoch;
  private Event.Saved saved;
  private long first;
  private long begun;
  private long shown;
  private boolean open;
  private long examples;
  private StepTimes times = StepTimes.ZERO;
  private final NoiseFigures noise = new NoiseFigures();
  private final ExchangeFigures exchange = new ExchangeFigures();

  /**
   * Of a run that has not begun.
   *
   * @param terminal whether a line can be rewritten
   * @param nanos a clock, in nanoseconds
   * @param columns how wide the terminal is now
   */
  ProgressLine(PrintStream out, boolean terminal, LongSupplier nanos, IntSupplier columns) {
    this.out = out;
    this.terminal = terminal;
    this.nanos = nanos;
    this.columns = columns;
    this.shown = nanos.getAsLong();
  }

  /** On standard output. */
  static ProgressLine ofTerminal() {
    String term = System.getenv("TERM");
    boolean rewritable = System.console() != null && term != null && !term.equals("dumb");
    IntSupplier columns = rewritable ? TerminalWidth.watched() : () -> Integer.MAX_VALUE;
    return new ProgressLine(System.out, rewritable, System::nanoTime, columns);
  }

  @Override
  public void on(Event event) {
    if (event instanceof Event.Started s) start(s);
    noise.accept(event);
    exchange.accept(event);
    if (event instanceof Event.StepDone s) step(s);
    if (event instanceof Event.EpochDone e) epoch(e);
    if (event instanceof Event.Evaluated e) evaluated(e);
    if (event instanceof Event.Recovered r) recovered(r);
    if (event instanceof Event.Waiting w) {
      breakLine();
      out.println(w.what());
    }
    if (event instanceof Event.Diverged d) {
      breakLine();
      out.println(d.what() + "; " + d.action());
    }
    if (event instanceof Event.Connected c && c.note() != null) notice(c.note());
    if (event instanceof Event.Finished f) finished = f;
    if (event instanceof Event.Saved s) saved = s;
    if (event instanceof Event.SaveFailed f)
      warning(
          text("the checkpoint of step %d was not written: %s; ", f.step(), f.reason())
              + "training goes on, earlier ones are valid");
    if (event instanceof Event.Resumed r) resume(r);
  }

  /** What is read in a moment is not worth a line. */
  @Override
  public void reading(Event.Reading r) {
    long now = nanos.getAsLong();
    long moment = terminal ? SECOND : 2 * PLAIN_INTERVAL;
    if (r.seconds() * SECOND < moment || now - shown < interval()) return;
    shown = now;
    double left = r.seconds() / r.done() * (r.of() - r.done());
    boolean counted = r.examples() > 0;
    show(
        text("%s data %d%%", r.dealing() ? "dealing" : "describing", 100 * r.done() / r.of()),
        r.done() == 0 ? "" : duration(left) + " left",
        counted ? text("%d examples", r.examples()) : "",
        counted ? text("%.0f examples/s", r.examples() / r.seconds()) : "",
        r.bytes() > 0 ? text("%.1f MB", r.bytes() / 1e6) : "");
  }

  private long interval() {
    return terminal ? TERMINAL_INTERVAL : PLAIN_INTERVAL;
  }

  private void recovered(Event.Recovered r) {
    breakLine();
    out.println(
        text(
            "%s; going on from step %d (%s lost) on %d ranks after %.1f s",
            r.reason(), r.step(), counted(r.lostSteps(), "step"), r.ranks(), r.seconds()));
  }

  private void start(Event.Started event) {
    started = event;
    begun = nanos.getAsLong();
    shown = begun;
  }

  private void resume(Event.Resumed r) {
    first = r.step();
    out.println(text("resumed at step %d, in epoch %d", r.step(), r.epoch() + 1));
  }

  @Override
  public void notice(String line) {
    breakLine();
    System.err.println("kudari: " + line);
  }

  @Override
  public void warning(String line) {
    notice("warning: " + line);
  }

  private void step(Event.StepDone s) {
    examples += s.examples();
    times = times.plus(s.times());
    long now = nanos.getAsLong();
    if (now - shown < interval()) return;
    shown = now;
    double each = (now - begun) / (double) SECOND / (s.step() - first);
    double left = each * (started.steps() - s.step());
    show(
        text("epoch %d/%d", s.epoch() + 1, started.epochs()),
        text("step %d/%d", s.step(), started.steps()),
        text("loss %.4f", s.loss()),
        duration(left) + " left",
        lastEpoch == null ? "" : validation(lastEpoch.validation()),
        text("%.0f examples/s", rate()),
        noise.reading().isBounded() ? "noise scale " + noise.brief() : "",
        exchange.isTold() ? exchange.toString() : "");
  }

  /**
   * Shows parts of a line: all of them, or on a terminal as many from the left as it has room for.
   */
  private void show(String... parts) {
    String line = "";
    for (String part : parts) {
      String longer = line.isEmpty() ? part : line + "  " + part;
      if (part.isEmpty()) continue;
      // A line as wide as the terminal moves some of them on to the next.
      if (terminal && !line.isEmpty() && longer.length() >= columns.getAsInt()) break;
      line = longer;
    }
    if (terminal) rewrite(line);
    else out.println(line);
  }

  private void epoch(Event.EpochDone e) {
    lastEpoch = e;
    shown = nanos.getAsLong();
    show(
        text("epoch %d/%d", e.epoch() + 1, started.epochs()),
        text("loss %.4f", e.trainLoss()),
        validation(e.validation()),
        text("%.1f s", e.seconds()),
        text("%.0f examples/s", rate()));
    breakLine();
  }

  private void evaluated(Event.Evaluated e) {
    breakLine();
    Figures found = e.figures();
    out.println(text("step %d  %s loss %.4f %s", e.step(), e.subset(), found.loss(), score(found)));
  }

  private static String validation(Figures e) {
    if (e == null) return "";
    return text("validation loss %.4f %s", e.loss(), score(e));
  }

  private static String score(Figures e) {
    return text(e instanceof Figures.OfClasses ? "accuracy %.4f" : "R² %.4f", e.score());
  }

  /** Shows a line in the place of the last one. */
  private void rewrite(String line) {
    out.print("\r" + line + CLEAR);
    out.flush();
    open = true;
  }

  /** Leaves a line that was being rewritten as it is. */
  void breakLine() {
    if (open) out.println();
    open = false;
  }

  /**
   * Shows the table of a run that has finished.
   *
   * @param where the results are
   */
  void end(String where) {
    breakLine();
    Figures found = finished.test();
    out.println();
    row(
        "ended",
        finished.why()
            + ", "
            + counted(finished.steps(), "step")
            + ", "
            + counted(finished.epochs(), "epoch"));
    if (finished.restored() >= 0) row("parameters", "of epoch " + (finished.restored() + 1));
    if (found != null) row("test", score(found) + text(", loss %.4f", found.loss()));
    row("time", text("%.1f s, %.0f examples/s", finished.seconds(), rate()));
    if (times.total() > 0) row("steps", split());
    if (noise.isTold()) row("noise scale", noise.full());
    if (exchange.isTold()) row("exchange", exchange.toString());
    if (saved != null) row("checkpoint", "of step " + saved.step());
    row("results", where);
    out.flush();
  }

  private static String counted(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private void row(String name, String value) {
    out.println(text("%-12s%s", name, value));
  }

  private String split() {
    return text(
        "compute %.0f%%, wait %.0f%%, exchange %.0f%%, update %.0f%%, input %.0f%%",
        share(times.compute()),
        share(times.waiting()),
        share(times.exchange()),
        share(times.update()),
        share(times.input()));
  }

  private double share(long part) {
    return 100.0 * part / times.total();
  }

  /** Examples a second of the steps so far, without evaluation. */
  private double rate() {
    return times.total() == 0 ? 0 : examples / (times.total() / (double) SECOND);
  }

  private static String duration(double seconds) {
    long s = Math.max(0, Math.round(seconds));
    if (s < 60) return s + " s";
    if (s < 3600) return text("%d:%02d min", s / 60, s % 60);
    return text("%d:%02d h", s / 3600, s / 60 % 60);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
