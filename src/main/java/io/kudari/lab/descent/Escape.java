package io.kudari.lab.descent;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.optim.Optimizer;
import io.kudari.optim.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Whether the noise of small batches carries walkers out of a worse minimum. */
public class Escape implements Computed {

  private static final int EXAMPLES = 100;
  private static final int WALKERS = 100;
  private static final int STEPS = 2000;
  private static final double RATE = 0.05;
  private static final double START = .9456;
  private static final double BARRIER = .10103;
  private static final int[] BATCHES = {1, 4, 20, 100};
  private static final int FRAME = 20;

  private static final Claim NOISE =
      new Claim("002", 41, "SGD is better than whole batches because its noise escapes minima.");

  /** Of Kudari's SGD, with batches that are drawn anew for each update. */
  public Escape() {}

  /** The examples of an update: each subset is as likely. */
  int[] batch(int size, RandomStream random) {
    if (size == EXAMPLES) return IntStream.range(0, size).toArray();
    int[] batch = new int[size];
    for (int i = 0; i < size; i++) {
      int drawn = random.below(EXAMPLES - i);
      // Those drawn before are out: in rising order, each moves the number on.
      for (int k = 0; k < i && batch[k] <= drawn; k++) drawn++;
      int k = i;
      for (; k > 0 && batch[k - 1] > drawn; k--) batch[k] = batch[k - 1];
      batch[k] = drawn;
    }
    return batch;
  }

  /**
   * What became of a batch size.
   *
   * @param behind share of walkers that end behind the barrier
   * @param deviation of all walkers over the second half of the steps, of those that stayed
   * @param path of the first walker, every twentieth step
   */
  private record Walkers(int batch, double behind, double deviation, double[][] path) {}

  @Override
  public String name() {
    return "escape";
  }

  @Override
  public Section section() {
    return Section.BATCHES_AND_NOISE;
  }

  @Override
  public String question() {
    return "Does the noise of small batches carry descent out of a worse minimum?";
  }

  @Override
  public String setup() {
    return "100 examples with the losses w⁴/4 − w²/2 + w/10 + s w, s normal of deviation 2 and 0 in"
        + " the sum: 100 walkers from 0.9456, the worse minimum, 2,000 updates of SGD at"
        + " 0.05 in batches of 1, 4, 20 and 100 that are drawn anew each time. (Epochs that"
        + " are shuffled shake less: the next batch has what this one lacked.)";
  }

  @Override
  public List<Claim> claims() {
    return List.of(NOISE);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  /** Slopes of the examples, 0 in the sum. */
  private static double[] slopes(long seed) {
    RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 16, 0);
    double[] slopes = new double[EXAMPLES];
    double mean = 0;
    for (int i = 0; i < EXAMPLES; i++) {
      slopes[i] = 2 * random.gaussian();
      mean += slopes[i] / EXAMPLES;
    }
    for (int i = 0; i < EXAMPLES; i++) slopes[i] -= mean;
    return slopes;
  }

  private Walkers walk(int batch, double[] slopes, long seed) {
    Optimizer sgd = Method.of("sgd", RATE).spec().open(Layout.flat(WALKERS), 1);
    float[] w = new float[WALKERS];
    float[] gradient = new float[WALKERS];
    Arrays.fill(w, (float) START);
    double[][] path = new double[STEPS / FRAME + 1][];
    double sum = 0;
    double squares = 0;
    long count = 0;
    path[0] = new double[] {w[0], Surface.BOWL.at(w[0])};
    for (int t = 0; t < STEPS; t++) {
      RandomStream random = new RandomStream(seed, Purpose.SHUFFLE, t, batch);
      for (int k = 0; k < WALKERS; k++) {
        double noise = 0;
        for (int i : batch(batch, random)) noise += slopes[i];
        double x = w[k];
        gradient[k] = (float) (x * x * x - x + .1 + noise / batch);
      }
      sgd.step(w, gradient, Step.of(t, RATE));
      if ((t + 1) % FRAME == 0) path[(t + 1) / FRAME] = new double[] {w[0], Surface.BOWL.at(w[0])};
      if (t < STEPS / 2) continue;
      for (float x : w) {
        double off = x - START;
        sum += off;
        squares += off * off;
        count++;
      }
    }
    int behind = 0;
    for (float x : w) if (x < BARRIER) behind++;
    double mean = sum / count;
    double deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
    return new Walkers(batch, behind / (double) WALKERS, deviation, path);
  }

  @Override
  public Findings measure(Scope scope) {
    double[] slopes = slopes(scope.firstSeed());
    List<Walkers> all = new ArrayList<>();
    for (int batch : BATCHES) all.add(walk(batch, slopes, scope.firstSeed()));
    String same = "always the same batches, or noise that does not fall with the batch";
    List<Check> checks =
        List.of(
            Check.within(
                "one",
                "share behind the barrier, batches of 1",
                all.get(0).behind(),
                .7,
                .93,
                same),
            Check.atMost("four", "the same, of 4", all.get(1).behind(), .15, same),
            Check.near("twenty", "the same, of 20", all.get(2).behind(), 0, 0, same),
            Check.near("whole", "the same, of all 100", all.get(3).behind(), 0, 0, same),
            Check.within(
                "deviation-20",
                "deviation of w, batches of 20",
                all.get(2).deviation(),
                .035,
                .065,
                same),
            Check.atMost(
                "deviation-100", "deviation of w, all 100", all.get(3).deviation(), 1e-6, same));
    boolean small = all.get(0).behind() > .5;
    boolean large = all.get(2).behind() > .5;
    return new Findings(
        String.format(
            Locale.ROOT,
            "%s: %.0f%% of walkers have left it with batches of 1, %.0f%% with 4, and %s with 20.",
            small && !large ? "That of the smallest" : small ? "Yes" : "Seldom",
            100 * all.get(0).behind(),
            100 * all.get(1).behind(),
            share(all.get(2))),
        List.of(table(all)),
        List.of(balls(all), shares(all)),
        checks,
        List.of(
            small && !large
                ? NOISE.holdsIf(
                    "the batch is of an example or a few: with 20 "
                        + share(all.get(2))
                        + " of the walkers escape here")
                : small
                    ? NOISE.holds()
                    : NOISE.doesNotHold(
                        "with batches of 1 " + share(all.get(0)) + " of the walkers escape here")));
  }

  private static String share(Walkers of) {
    return of.behind() == 0 ? "none" : String.format(Locale.ROOT, "%.0f%%", 100 * of.behind());
  }

  private static Table table(List<Walkers> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (Walkers w : all) rows.add(List.of(w.batch(), w.behind(), w.deviation()));
    return new Table(
        "After 2,000 updates",
        List.of("batch", "share behind the barrier", "deviation of w, second half"),
        rows);
  }

  private static Figure balls(List<Walkers> all) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (Walkers w : all)
      panels.add(
          new Figure.Panel(
              "batches of " + w.batch(),
              List.of(
                  Bowl.ground(), Trace.drawn("the first walker", 1, w.path(), STEPS / FRAME + 1))));
    return new Figure(
        "A ball that is shaken",
        "The first of 100 walkers, a frame each 20 updates. Look how the shaking shrinks with the"
            + " batch, as one over its root.",
        new Figure.Scale("w", false),
        new Figure.Scale("loss", false),
        panels);
  }

  private static Figure shares(List<Walkers> all) {
    List<Point> points = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Walkers w : all) {
      points.add(new Point(w.behind(), names.size()));
      names.add("B = " + w.batch());
    }
    return new Figure(
        "Share of walkers behind the barrier",
        "After 2,000 updates at the same rate.",
        new Figure.Scale("share", false),
        Figure.Scale.of(names),
        List.of(new Figure.Panel("", List.of(new Curve("SGD", Kind.BAR, 0, points)))));
  }
}
