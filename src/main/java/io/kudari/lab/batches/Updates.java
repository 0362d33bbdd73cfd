package io.kudari.lab.batches;

import io.kudari.data.Examples;
import io.kudari.data.Sampler;
import io.kudari.data.Sampling;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.lab.Verdict;
import io.kudari.math.VectorSource;
import io.kudari.train.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How often an epoch updates, and of which examples each update is the mean. */
public class Updates implements Computed {

  private static final int EPOCHS = 3;
  private static final int[] BATCHES = {1, 128, Witness.EXAMPLES};
  private static final int[] WORKERS = {1, 4};
  private static final int SPLIT = 128;

  private static final Claim DIVISOR =
      new Claim("004", 75, "The gradient of a batch is a sum that is divided by B, a set.");
  private static final Claim ANEW =
      new Claim("004", 93, 97, "Each epoch takes every example once, in a new order.");

  /** Of Kudari's samplers, batches and sums. */
  public Updates() {}

  /** The order in which examples are taken. */
  Sampling.Order order() {
    return Sampling.Order.SHUFFLED;
  }

  /**
   * The mean gradient of a step.
   *
   * @param batch as it was asked for
   */
  VectorSource mean(Workers.Sum sum, int batch) {
    return sum.perExample();
  }

  /** What a cut of the examples gave. */
  private record Case(int batch, boolean drop, int workers, Witness.Seen seen) {

    int expected() {
      int whole = Witness.EXAMPLES / batch;
      return EPOCHS * (drop || Witness.EXAMPLES % batch == 0 ? whole : whole + 1);
    }

    String shown() {
      return batch + (drop ? ", drop" : ", keep");
    }
  }

  @Override
  public String name() {
    return "updates";
  }

  @Override
  public Section section() {
    return Section.BATCHES_AND_NOISE;
  }

  @Override
  public String question() {
    return "How often does an epoch update, and of which examples?";
  }

  @Override
  public String setup() {
    return "1,000 examples in batches of 1, 128 and 1,000, 3 epochs, last batches kept and dropped,"
        + " 1 and 4 workers. Example i has the gradient e_i, so that the gradient of a step"
        + " says who was in it, and by what the sum was divided.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(DIVISOR, ANEW);
  }

  @Override
  public int seconds(boolean quick) {
    return 3;
  }

  @Override
  public Findings measure(Scope scope) {
    Examples examples = Witness.examples();
    List<Case> cases = new ArrayList<>();
    for (int batch : BATCHES)
      for (boolean drop : new boolean[] {false, true})
        for (int workers : WORKERS) {
          Sampler sampler = new Sampler(scope.firstSeed(), workers, Witness.EXAMPLES, order());
          var seen = Witness.watch(examples, sampler, batch, drop, EPOCHS, this::mean);
          cases.add(new Case(batch, drop, workers, seen));
        }
    Witness.Seen last = find(cases, SPLIT, false);
    return new Findings(
        String.format(
            Locale.ROOT,
            "⌈N/B⌉ times, or ⌊N/B⌋ where the short last batch is dropped: of 1,000 examples %,d"
                + " updates in three epochs of single ones, %d in batches of 128, %d of all. The"
                + " last batch of 128 has %d examples, and divides by %.0f.",
            find(cases, 1, false).updates(),
            last.updates(),
            find(cases, Witness.EXAMPLES, false).updates(),
            last.lastCount(),
            last.lastDivisor()),
        List.of(table(cases)),
        List.of(),
        checks(cases),
        verdicts(cases));
  }

  /** With one worker. */
  private static Witness.Seen find(List<Case> cases, int batch, boolean drop) {
    return cases.stream()
        .filter(c -> c.batch() == batch && c.drop() == drop && c.workers() == 1)
        .findFirst()
        .orElseThrow()
        .seen();
  }

  private static List<Check> checks(List<Case> cases) {
    List<Check> checks = new ArrayList<>();
    for (Case c : cases)
      checks.add(
          Check.near(
              "updates-" + c.batch() + (c.drop() ? "-drop-" : "-keep-") + c.workers(),
              "updates of 3 epochs, batches of " + c.shown() + ", workers: " + c.workers(),
              c.seen().updates(),
              c.expected(),
              0,
              "a last batch that is forgotten, or kept where it is dropped"));
    checks.add(
        Check.within(
            "once",
            "examples that an epoch of kept batches does not take exactly once",
            strays(cases),
            0,
            0,
            "draws with replacement: a third is not taken"));
    checks.add(
        Check.atMost(
            "another-order",
            "largest share of examples that have the place of the epoch before",
            repeated(cases),
            .02,
            "the same order in every epoch: 1"));
    checks.add(
        Check.near(
            "last-divisor",
            "by what the last 104 of 1,000 are divided, batches of 128",
            find(cases, SPLIT, false).lastDivisor(),
            Witness.EXAMPLES % SPLIT,
            .01,
            "by the 128 of a whole batch"));
    return checks;
  }

  private static double strays(List<Case> cases) {
    return cases.stream().filter(c -> !c.drop()).mapToInt(c -> c.seen().strays()).sum();
  }

  /** Of single examples, whose steps are their places. */
  private static double repeated(List<Case> cases) {
    return cases.stream()
        .filter(c -> c.batch() == 1)
        .mapToDouble(c -> c.seen().repeated())
        .max()
        .orElseThrow();
  }

  private static List<Verdict> verdicts(List<Case> cases) {
    Witness.Seen last = find(cases, SPLIT, false);
    boolean counted = Math.abs(last.lastDivisor() - last.lastCount()) < .01;
    boolean anew = strays(cases) == 0 && repeated(cases) < .02;
    return List.of(
        counted
            ? DIVISOR.holdsIf(
                "it is the number of its examples, |B|: the last batch of 128 has 104, and divides"
                    + " by them")
            : DIVISOR.doesNotHold(
                String.format(Locale.ROOT, "104 are divided by %.0f", last.lastDivisor())),
        anew
            ? ANEW.holdsIf("no last batch is dropped")
            : ANEW.doesNotHold("some are left out, or the order stays"));
  }

  private static Table table(List<Case> cases) {
    List<List<Object>> rows = new ArrayList<>();
    for (Case c : cases)
      rows.add(
          List.of(
              c.shown(),
              c.workers(),
              c.seen().updates(),
              c.seen().strays(),
              c.seen().repeated(),
              c.seen().lastCount(),
              c.seen().lastDivisor()));
    return new Table(
        "1,000 examples, three epochs",
        List.of(
            "batch",
            "workers",
            "updates",
            "not taken exactly once",
            "in the same step as before",
            "in the last batch",
            "divided by"),
        rows);
  }
}
