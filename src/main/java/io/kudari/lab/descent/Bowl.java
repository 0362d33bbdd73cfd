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
import io.kudari.lab.Verdict;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A ball in a bowl of two dents: which it ends in is decided by where it starts. */
public class Bowl implements Computed {

  private static final int STARTS = 1000;
  private static final int MOST = 2000;
  private static final double RATE = 0.1;
  private static final double FAR = 1.9;

  /** Where the slope x³ − x + 0.1 is 0. */
  private static final double LEFT = -1.04668;

  private static final double BARRIER = .10103;
  private static final double RIGHT = .945649;
  private static final String SIGN = "ascent, or a step that is not rate · gradient";

  private static final Claim DEEPEST =
      new Claim("001", 3, 10, "Descent ends in a minimum, which need not be the deepest.");
  private static final Claim LEVEL =
      new Claim("003", 43, 54, "Descent stops where the slope is 0.");
  private static final Claim BALL =
      new Claim("004", 11, 42, "A ball that rolls down comes to rest in the dent it started in.");

  /** Of Kudari's SGD. */
  public Bowl() {}

  /** The sign with which the gradient reaches the optimizer: 1. */
  double sign() {
    return 1;
  }

  /** A ball and where it came to rest. */
  private record Ball(double start, double end) {

    boolean isLeft() {
      return Math.abs(end - LEFT) < 1e-3;
    }

    boolean isRight() {
      return Math.abs(end - RIGHT) < 1e-3;
    }

    boolean isAsTheBarrierSays() {
      return start < BARRIER ? isLeft() : isRight();
    }
  }

  @Override
  public String name() {
    return "bowl";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "Does descent find the deepest point?";
  }

  @Override
  public String setup() {
    return "SGD at rate 0.1 on x⁴/4 − x²/2 + x/10 from 1,000 starts between −2 and 2; and from 1.9"
        + " at 0.01, 0.1 and 0.5 until nothing changes any more, in double and in single"
        + " precision.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(DEEPEST, LEVEL, BALL);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  private Walk walk(double rate, double start) {
    Stepper stepper = Stepper.Source.KUDARI.open(Method.of("sgd", rate).spec(), 1, 1);
    Surface signed =
        new Surface(
            Surface.BOWL.height(), p -> new double[] {sign() * Surface.BOWL.slope().apply(p)[0]});
    return new Walk(signed, stepper, start);
  }

  /** Lets it roll until a step changes nothing. */
  private double rest(Walk walk) {
    double before = Double.NaN;
    while (walk.point()[0] != before && walk.steps() < MOST) {
      before = walk.point()[0];
      walk.step();
    }
    return walk.point()[0];
  }

  private Ball ball(long seed, int number) {
    RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 5, number);
    double start = -2 + 4 * random.uniformDouble();
    return new Ball(start, rest(walk(RATE, start)));
  }

  /** Steps in double precision until one changes nothing, and where. */
  private static double[] exactly(double rate) {
    double x = FAR;
    double before = Double.NaN;
    int steps = 0;
    while (x != before && steps < 10_000) {
      before = x;
      x -= rate * (x * x * x - x + .1);
      steps++;
    }
    return new double[] {steps, x};
  }

  @Override
  public Findings measure(Scope scope) {
    List<Ball> balls =
        IntStream.range(0, STARTS).mapToObj(i -> ball(scope.firstSeed(), i)).toList();
    double share = balls.stream().filter(Ball::isLeft).count() / (double) STARTS;
    long astray = balls.stream().filter(b -> !b.isAsTheBarrierSays()).count();
    double[] slow = exactly(.01);
    double[] fast = exactly(.1);
    Walk slowWalk = walk(.01, FAR);
    Walk fastWalk = walk(.1, FAR);
    double slowEnd = rest(slowWalk);
    double fastEnd = rest(fastWalk);
    double far = rest(walk(.5, FAR));
    List<Check> checks =
        List.of(
            Check.within(
                "share", "share of starts that end in the deeper dent", share, .47, .58, SIGN),
            Check.near("barrier", "starts that end on the other side of 0.101", astray, 0, 0, SIGN),
            Check.near("exact-slow", "steps from 1.9 at 0.01, double", slow[0], 1896, 5, SIGN),
            Check.near("exact-fast", "steps from 1.9 at 0.1, double", fast[0], 187, 3, SIGN),
            Check.atMost(
                "slope",
                "|slope| where nothing changes, double",
                Math.max(slope(slow[1]), slope(fast[1])),
                1e-13,
                SIGN),
            Check.near("float-slow", "steps from 1.9 at 0.01", slowWalk.steps(), 711, 5, SIGN),
            Check.near("float-fast", "steps from 1.9 at 0.1", fastWalk.steps(), 79, 5, SIGN),
            Check.atMost(
                "float-end",
                "|x − 0.945649| where single precision stops",
                Math.max(Math.abs(slowEnd - RIGHT), Math.abs(fastEnd - RIGHT)),
                3e-6,
                SIGN),
            Check.near("jump", "x at the end from 1.9 at 0.5", far, LEFT, 1e-4, SIGN));
    return new Findings(
        String.format(
            Locale.ROOT,
            "Only from the right side: %.0f%% of starts end in the deeper dent at −1.047, namely"
                + " all left of the barrier at 0.101. A rate of 0.5 jumps over it.",
            100 * share),
        List.of(table(slow, fast, slowWalk, fastWalk)),
        List.of(rolling(), basins(balls)),
        checks,
        List.of(
            deepest(balls, share),
            level(
                Math.max(slope(slow[1]), slope(fast[1])), Math.max(slope(slowEnd), slope(fastEnd))),
            ball(astray, far)));
  }

  private static Verdict deepest(List<Ball> balls, double share) {
    boolean rest = balls.stream().allMatch(b -> b.isLeft() || b.isRight());
    if (!rest) return DEEPEST.doesNotHold("not all come to rest in a minimum");
    return share < 1 ? DEEPEST.holds() : DEEPEST.doesNotHold("all find the deepest");
  }

  private static Verdict level(double exact, double single) {
    if (!(exact < 1e-12))
      return LEVEL.doesNotHold("it is " + Numbers.significant(exact, 2) + " where it stops");
    if (single <= 10 * exact) return LEVEL.holds();
    return LEVEL.holdsIf(
        "numbers are fine enough: in double precision it is "
            + Numbers.significant(exact, 2)
            + " at the end, in single precision steps are rounded away where it is still "
            + Numbers.significant(single, 2));
  }

  private static Verdict ball(long astray, double far) {
    if (astray > 0)
      return BALL.doesNotHold(astray + " of " + STARTS + " end on the other side of the barrier");
    return far < BARRIER
        ? BALL.holdsIf("the rate is small: from 1.9 a rate of 0.5 jumps over the barrier")
        : BALL.holds();
  }

  private static double slope(double x) {
    return Math.abs(x * x * x - x + .1);
  }

  private static Table table(double[] slow, double[] fast, Walk slowWalk, Walk fastWalk) {
    return new Table(
        "From 1.9 until nothing changes",
        List.of("rate", "steps, double", "x", "steps, single", "x"),
        List.of(
            List.of(.01, (long) slow[0], slow[1], slowWalk.steps(), slowWalk.point()[0]),
            List.of(.1, (long) fast[0], fast[1], fastWalk.steps(), fastWalk.point()[0])));
  }

  private Figure rolling() {
    List<Figure.Panel> panels = new ArrayList<>();
    for (double rate : new double[] {.01, .1, .5})
      for (double start : new double[] {-2, 1.9}) {
        Walk walk = walk(rate, start);
        double[][] path = new double[61][];
        for (int i = 0; i < path.length; i++) {
          path[i] = new double[] {walk.point()[0], walk.height()};
          walk.step();
        }
        panels.add(
            new Figure.Panel(
                "rate " + rate + " from " + start,
                List.of(ground(), Trace.drawn("ball", 1, path, path.length))));
      }
    return new Figure(
        "A ball in a bowl of two dents",
        "The first 60 steps; each frame is one. It ends in the dent on whose side it starts, but at"
            + " rate 0.5 it jumps over the barrier.",
        new Figure.Scale("x", false),
        new Figure.Scale("height", false),
        panels);
  }

  /** The curve on which it rolls. */
  static Curve ground() {
    double[] x = IntStream.rangeClosed(0, 80).mapToDouble(i -> -2 + i / 20.0).toArray();
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) y[i] = Surface.BOWL.at(x[i]);
    return Curve.of("bowl", Kind.SEED, 5, x, y);
  }

  private static Figure basins(List<Ball> balls) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 200; i++) points.add(new Point(balls.get(i).start(), balls.get(i).end()));
    return new Figure(
        "Where it ends by where it starts",
        "The first 200 of 1,000 starts: left of 0.101 all end at −1.047, right of it all at 0.946.",
        new Figure.Scale("start", false),
        new Figure.Scale("end", false),
        List.of(new Figure.Panel("", List.of(new Curve("a start", Kind.DOTS, 0, points)))));
  }
}
