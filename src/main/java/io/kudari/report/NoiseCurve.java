package io.kudari.report;

import io.kudari.event.Event;
import io.kudari.report.Chart.Scale;
import io.kudari.report.RunRecord.Step;
import java.util.List;

/** How the gradient noise scale went, beside the batch. */
final class NoiseCurve {

  static final String TAG = "noise-scale";

  private NoiseCurve() {}

  /** The chart; it draws nothing where no bound of the noise scale was ever known. */
  static Chart of(RunRecord run) {
    Line scale = line("noise scale", "train", run.scalars(TAG));
    Line low = line("90% interval", "train faint", run.scalars(TAG + ".low"));
    Line high = line("its upper end", "train faint", run.scalars(TAG + ".high"));
    boolean known =
        scale.hasPoints() || run.scalars(TAG + ".low").stream().anyMatch(s -> s.value() > 0);
    return new Chart(
        "Gradient noise scale",
        "The batch at which the gradient is half noise: well below it more examples a step save as"
            + " many steps, well above it they are redundant"
            + redundant(run)
            + ".",
        "step",
        "examples",
        Scale.AUTOMATIC,
        known ? List.of(low, high, scale, batch(run)) : List.of());
  }

  private static String redundant(RunRecord run) {
    double share = run.summary("noise.redundant");
    if (Double.isNaN(share)) return "";
    return "; at the end "
        + Numbers.percent(share)
        + " of a batch of "
        + Numbers.exact(run.summary("noise.batch"))
        + " were";
  }

  private static Line line(String name, String style, List<Event.Scalar> of) {
    double[] x = of.stream().mapToDouble(Event.Scalar::step).toArray();
    double[] y = of.stream().mapToDouble(Event.Scalar::value).toArray();
    return new Line(name, style, x, y).thinned(Curves.POINTS);
  }

  private static Line batch(RunRecord run) {
    double[] x = run.steps().stream().mapToDouble(Step::step).toArray();
    double[] y = run.steps().stream().mapToDouble(Step::examples).toArray();
    return new Line("batch", "validation", x, y).thinned(Curves.POINTS);
  }
}
