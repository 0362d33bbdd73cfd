package io.kudari.lab.experiment;

import io.kudari.lab.Bench;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import io.kudari.lab.Table;
import io.kudari.lab.Trial;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.GradientFunction;
import io.kudari.run.Models;
import io.kudari.run.Subject;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a small and a large batch end: how far from the start values (Hoffer et al. 2017, §3), how
 * the training loss goes along the straight line through both ends (Goodfellow et al. 2015; Keskar
 * et al. 2017, §2.2), and how steeply it rises about them. Losses are those of training, with the
 * batch's statistics of all examples.
 */
final class Ends implements AutoCloseable {

  /** How far uphill sharpness looks, by the length of the parameters. */
  private static final double UPHILL = .01;

  /** Points of the line from −1 to 2. */
  private static final int POINTS = 25;

  /**
   * A training.
   *
   * @param trial short, without test set; its steps are set here
   * @param steps at which its parameters are looked at, rising
   */
  record Path(String shown, Trial trial, List<Integer> steps) {}

  /** What was found of a training: its parameters at each of its steps. */
  private record Walked(Path path, List<float[]> at) {

    float[] end() {
      return at.get(at.size() - 1);
    }
  }

  private final Subject subject;
  private final GradientFunction function;
  private final float[] start;
  private final List<Walked> walked = new ArrayList<>();

  /**
   * Trains both.
   *
   * @param small of the same network and data as the other
   * @throws InterruptedException when the thread was interrupted
   */
  Ends(Bench bench, Path small, Path large) throws InterruptedException {
    for (Path path : List.of(small, large)) {
      List<float[]> at = new ArrayList<>();
      for (int steps : path.steps())
        at.add(bench.parameters(path.trial().with("train.steps", steps)));
      walked.add(new Walked(path, at));
    }
    subject = bench.subject(small.trial());
    start = subject.network().initial(small.trial().seed());
    function = Models.of(subject.network()).open();
  }

  /** Whether there is anything to be shown: what diverged ends nowhere. */
  boolean areThere() {
    return walked.stream().flatMap(w -> w.at().stream()).allMatch(p -> p.length > 0);
  }

  /** Distance, loss and sharpness of both. */
  Table table() {
    List<List<Object>> rows = new ArrayList<>();
    for (Walked w : walked) {
      float[] gradient = new float[start.length];
      double loss = loss(w.end(), gradient);
      rows.add(List.of(w.path().shown(), apart(w.end(), start), loss, uphill(w.end(), gradient)));
    }
    return new Table(
        "Where they end, first seed",
        List.of("training", "distance from the start", "training loss", "a hundredth uphill"),
        rows);
  }

  /** The distance from the start values by the number of steps. */
  Figure distances() {
    List<Curve> curves = new ArrayList<>();
    for (Walked w : walked) {
      List<Point> points = new ArrayList<>();
      for (int i = 0; i < w.at().size(); i++)
        points.add(new Point(w.path().steps().get(i), apart(w.at().get(i), start)));
      curves.add(new Curve(w.path().shown(), Kind.MIDDLE, curves.size(), points));
    }
    return new Figure(
        "How far parameters go",
        "Length of the way from the start values to the parameters after so many steps, first"
            + " seed. Look at the ends: which batch goes farther is a matter of its rate.",
        new Figure.Scale("steps", true),
        new Figure.Scale("distance", false),
        List.of(new Figure.Panel("", curves)));
  }

  /** The training loss along the line through both ends. */
  Figure line() {
    float[] small = walked.get(0).end();
    float[] large = walked.get(1).end();
    float[] gradient = new float[small.length];
    List<Point> points = new ArrayList<>();
    for (int p = 0; p < POINTS; p++) {
      double along = -1 + 3.0 * p / (POINTS - 1);
      float[] between = new float[small.length];
      for (int i = 0; i < between.length; i++)
        between[i] = (float) ((1 - along) * small[i] + along * large[i]);
      points.add(new Point(along, loss(between, gradient)));
    }
    return new Figure(
        "Training loss along a straight line",
        "At 0 the end of the small batch, at 1 that of the large one, first seed. Look for the"
            + " hill between both: they lie in dents of their own. How wide a dent looks depends"
            + " on the scale of its weights, which batch normalisation leaves free.",
        new Figure.Scale("place on the line", false),
        new Figure.Scale("training loss", true),
        List.of(new Figure.Panel("", List.of(new Curve("loss", Kind.MIDDLE, 0, points)))));
  }

  private double loss(float[] parameters, float[] gradient) {
    int count = subject.examples().count();
    return function.gradient(parameters, subject.examples(), gradient) / count;
  }

  /** The loss a step up the gradient. */
  private double uphill(float[] parameters, float[] gradient) {
    double scale = UPHILL * length(parameters) / length(gradient);
    float[] up = parameters.clone();
    for (Segment s : trained())
      for (int i = s.offset(); i < s.end(); i++) up[i] += (float) (scale * gradient[i]);
    return loss(up, new float[up.length]);
  }

  private double length(float[] vector) {
    return apart(vector, new float[vector.length]);
  }

  /** Without running statistics. */
  private double apart(float[] a, float[] b) {
    double squares = 0;
    for (Segment s : trained())
      for (int i = s.offset(); i < s.end(); i++) {
        double difference = (double) a[i] - b[i];
        squares += difference * difference;
      }
    return StrictMath.sqrt(squares);
  }

  private List<Segment> trained() {
    return subject.network().layout().segments().stream()
        .filter(s -> s.role() != Role.STATISTIC)
        .toList();
  }

  @Override
  public void close() {
    function.close();
  }
}
