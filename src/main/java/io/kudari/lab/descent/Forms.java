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

  private static final Claim PRINTED =
      new Claim("001", 30, 32, "Momentum is v ← αv − η∇E, then w ← w − v.");
  private static final Claim ROOT =
      new Claim("001", 42, 80, "The rate of a parameter is divided by √h.");

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
    return List.of(PRINTED, ROOT);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  @Override
  public Findings measure(Scope scope) {
    List<double[][]> momentum = new ArrayList<>();
    for (MomentumForm form : MomentumForm.SAME) momentum.add(form.path(STEPS));
    double[][] printed = MomentumForm.PRINTED.path(SHORT);
    double[][] point = Lookahead.point(STEPS);
    double[][] stored = Lookahead.stored(STEPS);
    double[][] textbook = Lookahead.textbook(SHORT);
    double four = 0;
    for (double[][] path : momentum) four = Math.max(four, apart(path, momentum.get(0)));
    double[][] shifted = Lookahead.ahead(STEPS);
    double two = apart(shifted, stored);
    double adam = apart(AdaptiveForm.ADAM_PAPER.path(STEPS), AdaptiveForm.ADAM_BOOK.path(STEPS));
    double[] out = AdaptiveForm.RMSPROP_OUTSIDE.path(STEPS)[STEPS];
    double[] in = AdaptiveForm.RMSPROP_INSIDE.path(STEPS)[STEPS];
    double rms = Math.max(Math.abs(out[0] - in[0]), Math.abs(out[1] - in[1]));
    double[] own = walk(Method.of("momentum", RATE));
    double[] ownStored = walk(Method.of("nesterov", RATE));
    double[] inside = dropped("inside");
    double[] outside = dropped("outside");
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.atMost(
            "momentum", "largest difference of momentum's four forms", four, 1e-12, "w − v"));
    checks.add(
        Check.atMost(
            "nesterov",
            "largest difference of p + μv and what is stored",
            two,
            1e-12,
            "μ v of the new velocity twice"));
    checks.add(
        Check.atMost(
            "adam", "largest difference of Adam's two forms", adam, 1e-5, "ε in another root"));
    checks.add(
        Check.atMost(
            "rmsprop",
            "difference after 200 steps by where ε stands",
            rms,
            1e-6,
            "ε of another size"));
    String sign = "v subtracted: (−17.2, 5,003)";
    end(checks, "momentum", "momentum", own, -1.545526, -.401150, sign);
    end(
        checks,
        "stored",
        "Nesterov's stored point",
        ownStored,
        -1.538259,
        -.082959,
        "the new velocity for the old: (−1.533, −0.018)");
    end(checks, "point", "Nesterov's point", point[SHORT], -1.671152, -.085724, "the stored point");
    end(
        checks,
        "inside",
        "rate dropped, velocity = inside",
        inside,
        -1.520356,
        -.048450,
        "inside and outside exchanged");
    end(
        checks,
        "outside",
        "rate dropped, velocity = outside",
        outside,
        -3.012049,
        .068253,
        "inside and outside exchanged");
    double[] lost = printed[SHORT];
    return new Findings(
        String.format(
            Locale.ROOT,
            "Momentum's four forms are one (%s apart), Nesterov's two as well, as long as the"
                + " rate stays: when it drops, a velocity that holds the rate ends elsewhere. With"
                + " the sign as printed 30 steps lead to (%.1f, %.0f).",
            Numbers.significant(four, 2),
            lost[0],
            lost[1]),
        List.of(table(own, ownStored, point[SHORT], textbook[SHORT], lost, inside, outside)),
        List.of(figure(printed, momentum.get(0), point, stored)),
        checks,
        verdicts(lost));
  }

  private static List<Verdict> verdicts(double[] lost) {
    boolean up = Surface.VALLEY.at(lost) > Surface.VALLEY.at(START);
    return List.of(
        up
            ? PRINTED.doesNotHold("that leads up; w + v goes down, as 000:106 and 003:84–87 say")
            : PRINTED.holds(),
        Double.isNaN(AdaptiveForm.firstStepWithoutEpsilon(0))
            ? ROOT.holdsIf("ε is added: else a gradient of 0 gives 0 / 0")
            : ROOT.holds());
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

  private static Table table(double[]... ends) {
    String[] names = {
      "momentum after 30 steps",
      "Nesterov, stored, after 30",
      "Nesterov, the point, after 30",
      "Nesterov of a textbook code, after 30",
      "momentum as 001 prints it, after 30",
      "rate dropped, inside, after 40",
      "rate dropped, outside, after 40"
    };
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < names.length; i++) rows.add(List.of(names[i], ends[i][0], ends[i][1]));
    return new Table("Where the forms lead", List.of("form", "x", "y"), rows);
  }

  private static Figure figure(
      double[][] printed, double[][] momentum, double[][] point, double[][] stored) {
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
                    height("momentum", 1, momentum),
                    height("as printed", 6, printed),
                    height("Nesterov, the point", 2, point),
                    height("Nesterov, stored", 3, stored)))));
  }

  private static Figure.Curve height(String name, int colour, double[][] path) {
    double[] heights = new double[SHORT + 1];
    for (int i = 0; i <= SHORT; i++) heights[i] = Surface.VALLEY.at(path[i]);
    return Trace.byStep(name, Kind.LINE, colour, heights, 1000);
  }
}
