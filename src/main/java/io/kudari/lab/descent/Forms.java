package io.kudari.lab.descent;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.lab.Verdict;
import io.kudari.math.Layout;
import io.kudari.optim.Optimizer;
import io.kudari.optim.Step;
import io.kudari.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The forms in which momentum, Nesterov's method, RMSProp and Adam are written: which are the same.
 */
public final class Forms implements Computed {

  private static final int STEPS = 200;
  private static final int SHORT = 30;
  private static final double RATE = 0.05;
  private static final double[] START = {-7, 2};

  private static final String[] NAMES = {
    "momentum after 30 steps",
    "Nesterov, stored, after 30",
    "Nesterov, the point, after 30",
    "Nesterov of a textbook code, after 30",
    "momentum as 001 prints it, after 30",
    "rate dropped, inside, after 40",
    "rate dropped, outside, after 40"
  };

  private static final Claim PRINTED =
      new Claim("001", 30, 32, "Momentum is v ← αv − η∇E, then w ← w − v.");
  private static final Claim ROOT =
      new Claim("001", 42, 80, "The rate of a parameter is divided by √h.");

  private static final Claim AHEAD =
      new Claim("003", 108, "Nesterov's gradient is that at p + μv.");

  private final Stepper.Source source;

  /** Of Kudari's optimizers. */
  public Forms() {
    this(Stepper.Source.KUDARI);
  }

  Forms(Stepper.Source source) {
    this.source = source;
  }

  @Override
  public String name() {
    return "forms";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "Which ways to write a method are the same method?";
  }

  @Override
  public String setup() {
    return "200 steps from (−7, 2) on x²/20 + y² at rate 0.05, μ 0.9: momentum in four forms,"
        + " Nesterov's method as it looks ahead and as it is stored, Adam of the paper and of the"
        + " book, RMSProp with ε in and out of the root, all in double precision; Kudari's own"
        + " in single precision; and a rate that drops to a tenth at step 20.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(PRINTED, ROOT, AHEAD);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  /**
   * How far forms are apart in double precision.
   *
   * @param four momentum's
   * @param two of Nesterov's method: p + μv, and what is stored
   * @param adam of the paper and of the book
   * @param rms after 200 steps, ε in and out of the root
   */
  private record Apart(double four, double two, double adam, double rms) {

    static Apart measured() {
      double four = 0;
      double[][] first = MomentumForm.SAME.get(0).path(STEPS);
      for (MomentumForm form : MomentumForm.SAME)
        four = Math.max(four, apart(form.path(STEPS), first));
      double[] out = AdaptiveForm.RMSPROP_OUTSIDE.path(STEPS)[STEPS];
      double[] in = AdaptiveForm.RMSPROP_INSIDE.path(STEPS)[STEPS];
      return new Apart(
          four,
          apart(Lookahead.ahead(STEPS), Lookahead.stored(STEPS)),
          apart(AdaptiveForm.ADAM_PAPER.path(STEPS), AdaptiveForm.ADAM_BOOK.path(STEPS)),
          Math.max(Math.abs(out[0] - in[0]), Math.abs(out[1] - in[1])));
    }
  }

  /** Where forms end: those of {@link #NAMES}, in their order. */
  private List<double[]> ends() {
    return List.of(
        walk(Method.of("momentum", RATE)),
        walk(Method.of("nesterov", RATE)),
        Lookahead.point(SHORT)[SHORT],
        Lookahead.textbook(SHORT)[SHORT],
        MomentumForm.PRINTED.path(SHORT)[SHORT],
        dropped("inside"),
        dropped("outside"));
  }

  @Override
  public Findings measure(Scope scope) {
    Apart apart = Apart.measured();
    List<double[]> ends = ends();
    double[] lost = ends.get(4);
    return new Findings(
        String.format(
            Locale.ROOT,
            "Momentum's four forms are one (%s apart), Nesterov's two as well, as long as the"
                + " rate stays: when it drops, a velocity that holds the rate ends elsewhere. With"
                + " the sign as printed 30 steps lead to (%.1f, %.0f).",
            Numbers.significant(apart.four(), 2),
            lost[0],
            lost[1]),
        List.of(table(ends)),
        List.of(figure()),
        checks(apart, ends),
        verdicts(apart, lost, ends.get(1)));
  }

  private static List<Check> checks(Apart apart, List<double[]> ends) {
    List<Check> checks = new ArrayList<>();
    atMost(checks, "momentum", "of momentum's four forms", apart.four(), 1e-12, "w − v");
    String twice = "μ v of the new velocity twice";
    atMost(checks, "nesterov", "of p + μv and what is stored", apart.two(), 1e-12, twice);
    atMost(checks, "adam", "of Adam's two forms", apart.adam(), 1e-5, "ε in another root");
    String other = "ε of another size";
    atMost(checks, "rmsprop", "after 200 steps by where ε stands", apart.rms(), 1e-6, other);
    String sign = "v subtracted: (−17.2, 5,003)";
    end(checks, "momentum", "momentum", ends.get(0), -1.545526, -.401150, sign);
    String old = "the new velocity for the old: (−1.533, −0.018)";
    end(checks, "stored", "Nesterov's stored point", ends.get(1), -1.538259, -.082959, old);
    String stored = "the stored point";
    end(checks, "point", "Nesterov's point", ends.get(2), -1.671152, -.085724, stored);
    String exchanged = "inside and outside exchanged";
    String drop = "rate dropped, velocity = ";
    end(checks, "inside", drop + "inside", ends.get(5), -1.520356, -.048450, exchanged);
    end(checks, "outside", drop + "outside", ends.get(6), -3.012049, .068253, exchanged);
    return checks;
  }

  private static void atMost(
      List<Check> checks, String id, String says, double measured, double most, String cause) {
    checks.add(Check.atMost(id, "largest difference " + says, measured, most, cause));
  }

  private static List<Verdict> verdicts(Apart apart, double[] lost, double[] kudari) {
    boolean up = Surface.VALLEY.at(lost) > Surface.VALLEY.at(START);
    double[] ahead = Lookahead.ahead(SHORT)[SHORT];
    double off = Math.max(Math.abs(kudari[0] - ahead[0]), Math.abs(kudari[1] - ahead[1]));
    return List.of(
        up
            ? PRINTED.doesNotHold("that leads up; w + v goes down, as 000:106 and 003:84–87 say")
            : PRINTED.holds(),
        Double.isNaN(AdaptiveForm.firstStepWithoutEpsilon(0))
            ? ROOT.holdsIf(
                "ε is added: else a gradient of 0 gives 0 / 0. Within the root, as 003:124 and 145"
                    + " have it, or behind, as 003:183, ends "
                    + Numbers.significant(apart.rms(), 2)
                    + " apart")
            : ROOT.holds(),
        apart.two() < 1e-9 && off < 1e-4
            ? AHEAD.holds()
            : AHEAD.doesNotHold(
                "what Kudari stores is "
                    + Numbers.significant(Math.max(off, apart.two()), 2)
                    + " away from there"));
  }

  /** The largest difference of two paths in a coordinate. */
  private static double apart(double[][] a, double[][] b) {
    double most = 0;
    for (int i = 0; i < a.length; i++)
      for (int k = 0; k < 2; k++) most = Math.max(most, Math.abs(a[i][k] - b[i][k]));
    return most;
  }

  private double[] walk(Method method) {
    return new Walk(Surface.VALLEY, source.open(method.spec(), 2, 1), START).path(SHORT)[SHORT];
  }

  /** 40 steps of Kudari's momentum, the last 20 of them at a tenth of the rate. */
  private static double[] dropped(String velocity) {
    Method method = Method.of("momentum", RATE, "velocity", velocity);
    Optimizer optimizer = method.spec().open(Layout.flat(2), 1);
    Stepper falling =
        (p, g, step) -> {
          double rate = step < 20 ? RATE : RATE / 10;
          double before = step <= 20 ? RATE : RATE / 10;
          optimizer.step(p, g, new Step(step, rate, before, Double.NaN));
        };
    return new Walk(Surface.VALLEY, falling, START).path(40)[40];
  }

  private static void end(
      List<Check> checks, String id, String shown, double[] end, double x, double y, String why) {
    double allowed = 2e-6 * 7;
    checks.add(Check.near(id + "-x", "x at the end, " + shown, end[0], x, allowed, why));
    checks.add(Check.near(id + "-y", "y at the end, " + shown, end[1], y, allowed, why));
  }

  private static Table table(List<double[]> ends) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < NAMES.length; i++)
      rows.add(List.of(NAMES[i], ends.get(i)[0], ends.get(i)[1]));
    return new Table("Where the forms lead", List.of("form", "x", "y"), rows);
  }

  private static Figure figure() {
    return new Figure(
        "Height by step",
        "x²/20 + y² over the first 30 steps (from 1 for the start). Look at the form that 001:30–32"
            + " prints: it climbs.",
        new Figure.Scale("step", false),
        new Figure.Scale("height", true),
        List.of(
            new Figure.Panel(
                "",
                List.of(
                    height("momentum", 1, MomentumForm.SAME.get(0).path(SHORT)),
                    height("as printed", 6, MomentumForm.PRINTED.path(SHORT)),
                    height("Nesterov, the point", 2, Lookahead.point(SHORT)),
                    height("Nesterov, stored", 3, Lookahead.stored(SHORT))))));
  }

  private static Figure.Curve height(String name, int colour, double[][] path) {
    double[] heights = new double[SHORT + 1];
    for (int i = 0; i <= SHORT; i++) heights[i] = Surface.VALLEY.at(path[i]);
    return Trace.byStep(name, Kind.LINE, colour, heights, 1000);
  }
}
