package io.kudari.lab.normalisation;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Experiment;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Sixteen deviations of start values, without batch normalisation and with it. */
public final class BatchNorm implements Experiment {

  private static final String IGNORED = "batch normalisation is ignored: one start learns";
  private static final double LEARNED = .9;

  private static final Claim INDEPENDENT =
      new Claim("000", 143, 149, "Batch normalisation frees learning from its start values.");
  private static final Claim FASTER =
      new Claim("001", 386, 388, "With it learning is faster from nearly all start values.");

  /** The experiment. */
  public BatchNorm() {}

  @Override
  public String name() {
    return "batch-norm";
  }

  @Override
  public Section section() {
    return Section.NORMALISATION;
  }

  @Override
  public String question() {
    return "From which start values does a network learn with batch normalisation?";
  }

  @Override
  public String setup() {
    return StartGrid.SETUP
        + " Without batch normalisation, with it before, and behind the"
        + " activations; 3 seeds, quick 2. A start has learned when 90% of the training digits are"
        + " right.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(INDEPENDENT, FASTER);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 60 : 90;
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<StartGrid> all = StartGrid.train(List.of("none", "before", "after"), scope, bench);
    int[] learned = all.stream().mapToInt(g -> g.count(LEARNED)).toArray();
    int faster = faster(all);
    return new Findings(
        String.format(
            Locale.ROOT,
            "Of 16 deviations from 1 to 0.0001, %d without it, %d where it stands before the"
                + " activations and %d where it stands behind them: 90%% of the training digits are"
                + " then right.",
            learned[0],
            learned[1],
            learned[2]),
        List.of(StartGrid.summary(all), StartGrid.courses(all)),
        List.of(StartGrid.figure(all), panels(all)),
        checks(all, learned),
        List.of(
            learned[1] >= StartGrid.STARTS - 1
                ? INDEPENDENT.holds()
                : INDEPENDENT.holdsIf(
                    String.format(
                        Locale.ROOT,
                        "deviations are of some size: %d or %d of 16 learn, against %d without",
                        learned[1],
                        learned[2],
                        learned[0])),
            faster >= StartGrid.STARTS - 1
                ? FASTER.holds()
                : FASTER.holdsIf(
                    "it is taken at " + faster + " of 16, where both places are ahead")));
  }

  /** From how many starts both places end with a higher accuracy than none. */
  private static int faster(List<StartGrid> all) {
    return (int)
        IntStream.range(0, StartGrid.STARTS)
            .filter(i -> Math.min(all.get(1).mean(i), all.get(2).mean(i)) > all.get(0).mean(i))
            .count();
  }

  private static List<Check> checks(List<StartGrid> all, int[] learned) {
    StartGrid none = all.get(0);
    double most =
        IntStream.range(0, StartGrid.STARTS)
            .filter(i -> StartGrid.deviation(i) <= .05)
            .mapToDouble(none::mean)
            .max()
            .orElse(Double.NaN);
    return List.of(
        Check.atMost("none", "deviations that learn without", learned[0], 3, "other rates"),
        Check.atLeast("before", "deviations that learn, before", learned[1], 5, IGNORED),
        Check.atLeast("after", "deviations that learn, behind", learned[2], 6, IGNORED),
        Check.near(
            "lost",
            "share of trainings without it that diverge at 1 and 0.54",
            (none.diverged(0) + none.diverged(1)) / 2,
            1,
            0,
            "a guard against what is not finite"),
        Check.atMost("small", "greatest accuracy without, to 0.05", most, .2, "other rates"));
  }

  private static Figure panels(List<StartGrid> all) {
    double[] epochs = IntStream.rangeClosed(1, StartGrid.EPOCHS).asDoubleStream().toArray();
    List<Figure.Panel> panels = new ArrayList<>();
    for (int i = 0; i < StartGrid.STARTS; i++) {
      List<Curve> curves = new ArrayList<>();
      for (int g = 0; g < all.size(); g++) {
        StartGrid grid = all.get(g);
        for (int s = 0; s < grid.seeds(); s++)
          curves.add(Curve.of(grid.shown(), Kind.SEED, g, epochs, grid.course(i, s)));
        curves.add(Curve.of(grid.shown(), Kind.LINE, g, epochs, grid.course(i)));
      }
      String title = String.format(Locale.ROOT, "deviation %.2g", StartGrid.deviation(i));
      panels.add(new Figure.Panel(title, curves));
    }
    return new Figure(
        "Training accuracy by epoch, from 16 deviations of start values",
        "Thin a seed, thick the median; what diverged is not drawn. Look at the panels in the"
            + " middle, where only what is normalised learns, and at the last, where nothing does.",
        new Figure.Scale("epoch", false),
        new Figure.Scale("accuracy", false),
        panels);
  }
}
