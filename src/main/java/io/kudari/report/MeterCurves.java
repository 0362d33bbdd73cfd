package io.kudari.report;

import io.kudari.event.Event;
import io.kudari.report.Chart.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What meters told: a chart for all tags with the same beginning, such as {@code gradient-norm/}.
 */
final class MeterCurves {

  /** Of lines, in this order, again and again. */
  private static final int COLOURS = 6;

  private MeterCurves() {}

  /** The charts, by the tags' beginning; the noise scale is drawn elsewhere. */
  static List<Chart> of(RunRecord run) {
    Map<String, List<Line>> groups = new TreeMap<>();
    for (String tag : run.scalarTags()) {
      if (tag.startsWith(NoiseCurve.TAG) || sendsNothing(tag, run)) continue;
      int slash = tag.indexOf('/');
      String group = slash < 0 ? tag : tag.substring(0, slash);
      List<Line> lines = groups.computeIfAbsent(group, g -> new ArrayList<>());
      lines.add(line(tag.substring(slash + 1), lines.size() % COLOURS, run.scalars(tag)));
    }
    List<Chart> charts = new ArrayList<>();
    groups.forEach((group, lines) -> charts.add(chart(group, lines)));
    return charts;
  }

  /** As one rank does, of which there is nothing to see. */
  private static boolean sendsNothing(String tag, RunRecord run) {
    return tag.equals("sent-bytes") && run.scalars(tag).stream().allMatch(s -> s.value() == 0);
  }

  private static Chart chart(String group, List<Line> lines) {
    String what = group.replace('-', ' ');
    return new Chart(
        what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1),
        "As measured while training" + (lines.size() > 1 ? ", in the order of the layers." : "."),
        "step",
        what,
        Scale.AUTOMATIC,
        lines);
  }

  private static Line line(String name, int colour, List<Event.Scalar> of) {
    double[] x = of.stream().mapToDouble(Event.Scalar::step).toArray();
    double[] y = of.stream().mapToDouble(Event.Scalar::value).toArray();
    return new Line(name, "colour" + colour, x, y).thinned(Curves.POINTS);
  }
}
