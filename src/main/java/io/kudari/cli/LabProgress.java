package io.kudari.cli;

import io.kudari.lab.Check;
import io.kudari.lab.Experiment;
import io.kudari.lab.LabListener;
import io.kudari.lab.LabRecord;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how a lab is getting on: plain lines, of trials at most one every five seconds. Used by one
 * thread.
 */
final class LabProgress implements LabListener {

  private static final long INTERVAL = 5_000_000_000L;

  private final PrintStream out;
  private final LongSupplier nanos;
  private long shown;

  /**
   * Of a lab that has not begun.
   *
   * @param nanos a clock, in nanoseconds
   */
  LabProgress(PrintStream out, LongSupplier nanos) {
    this.out = out;
    this.nanos = nanos;
  }

  /** On standard output. */
  static LabProgress ofTerminal() {
    return new LabProgress(System.out, System::nanoTime);
  }

  @Override
  public void began(Experiment experiment) {
    out.println(experiment.name() + ": " + experiment.question());
    shown = nanos.getAsLong();
  }

  @Override
  public void trials(int done, int planned, double secondsLeft) {
    long now = nanos.getAsLong();
    if (now - shown < INTERVAL) return;
    shown = now;
    String left =
        Double.isNaN(secondsLeft)
            ? ""
            : String.format(Locale.ROOT, "  about %.0f s left of these", secondsLeft);
    out.println("  trials " + done + "/" + planned + left);
  }

  @Override
  public void ended(LabRecord.Entry entry) {
    out.println("  " + entry.findings().answer());
    long checks = entry.findings().checks().stream().filter(Check::judged).count();
    int missed = entry.findings().missed().size();
    out.printf(
        Locale.ROOT,
        "  %s, %.1f s%n",
        checks == 0
            ? "not judged"
            : missed == 0
                ? "all " + checks + " checks hold"
                : missed + " of " + checks + " checks missed",
        entry.seconds());
  }

  /** A check that missed its range, in a line. */
  static String missed(String experiment, Check check) {
    return String.format(
        Locale.ROOT,
        "lab %s: check %s missed: %s is %s, but must be %s; usual cause: %s",
        experiment,
        check.id(),
        check.says(),
        number(check.measured()),
        range(check),
        check.usualCause());
  }

  private static String range(Check check) {
    if (Double.isInfinite(check.least())) return "at most " + number(check.greatest());
    if (Double.isInfinite(check.greatest())) return "at least " + number(check.least());
    if (check.least() == check.greatest()) return number(check.least());
    return "within " + number(check.least()) + " and " + number(check.greatest());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }
}
