package io.kudari.lab.weights;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The normal numbers that weights begin as. */
public class Gauss implements Computed {

  private static final int LAYERS = 10;
  private static final String COUNT = "n = 100,000 numbers for the fan-in: 0.0032, 0.0063";

  private static final Claim PRINTED =
      new Claim("001", 272, "With n = 100,000, Xavier's and He's deviations are .003 and .006.");

  /** Of Kudari's initialisers. */
  public Gauss() {}

  /** Xavier's as the notes call it, N(0, 1 / fan-in). */
  Initializer lecun() {
    return Initializer.of(Initializer.Kind.LECUN_NORMAL);
  }

  /** He's, N(0, 2 / fan-in). */
  Initializer he() {
    return Initializer.of(Initializer.Kind.HE_NORMAL);
  }

  @Override
  public String name() {
    return "gauss";
  }

  @Override
  public Section section() {
    return Section.INITIAL_WEIGHTS;
  }

  @Override
  public String question() {
    return "How wide are the start values?";
  }

  @Override
  public String setup() {
    return "The weights of ten layers of 100 to 100 units, 100,000 numbers, drawn by Kudari's"
        + " initialisers: normal of deviation 1 and 0.01, 1/√n and √(2/n), n = 100 the fan-in.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(PRINTED);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  /** All weights of the layers. */
  private static float[] weights(Initializer initializer, long seed) {
    Chain chain = new Chain(LAYERS, Activation.TANH, initializer);
    float[] all = chain.network().initial(seed);
    int each = Chain.UNITS * Chain.UNITS;
    float[] weights = new float[LAYERS * each];
    for (int l = 0; l < LAYERS; l++)
      System.arraycopy(all, l * (each + Chain.UNITS), weights, l * each, each);
    return weights;
  }

  @Override
  public Findings measure(Scope scope) {
    long seed = scope.firstSeed();
    List<Initializer> rules =
        List.of(
            new Initializer(Initializer.Kind.NORMAL, 1),
            new Initializer(Initializer.Kind.NORMAL, .01),
            lecun(),
            he());
    String[] names = {"1", "0.01", "1/√n", "√(2/n)"};
    List<float[]> drawn = rules.stream().map(r -> weights(r, seed)).toList();
    double[] within = new double[3];
    for (int k = 0; k < 3; k++) {
      int sigmas = k + 1;
      within[k] = Spread.share(drawn.get(0), v -> Math.abs(v) <= sigmas);
    }
    double[] deviations = drawn.stream().mapToDouble(Spread::deviation).toArray();
    List<Check> checks =
        List.of(
            Check.near("one", "share within 1 deviation", within[0], .683, .006, "uniform numbers"),
            Check.near("two", "within 2", within[1], .955, .003, "uniform numbers"),
            Check.near("three", "within 3", within[2], .9973, .0008, "uniform numbers"),
            Check.near("lecun", "deviation of 1/√n", deviations[2], .1, .002, COUNT),
            Check.near("he", "deviation of √(2/n)", deviations[3], .1414, .0028, COUNT));
    boolean printed = Math.abs(deviations[2] - .003) < .001;
    return new Findings(
        String.format(
            Locale.ROOT,
            "%.3f and %.3f for 1/√n and √(2/n) where a unit has 100 inputs; %.1f%% of normal"
                + " numbers lie within one deviation.",
            deviations[2],
            deviations[3],
            100 * within[0]),
        List.of(table(names, deviations)),
        List.of(figure(names, drawn)),
        checks,
        List.of(
            printed
                ? PRINTED.holds()
                : PRINTED.doesNotHold(
                    String.format(
                        Locale.ROOT,
                        "n is the fan-in, 100: they are %.3f and %.3f",
                        deviations[2],
                        deviations[3]))));
  }

  private static Table table(String[] names, double[] deviations) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < names.length; i++) rows.add(List.of(names[i], deviations[i]));
    return new Table("Deviations of 100,000 weights", List.of("start", "deviation"), rows);
  }

  private static Figure figure(String[] names, List<float[]> drawn) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (int i = 0; i < names.length; i++)
      panels.add(
          new Figure.Panel(
              "start " + names[i],
              List.of(Spread.histogram("weights", i, drawn.get(i), -1, 1, 40))));
    return new Figure(
        "Four densities on the same axes",
        "Shares of 100,000 weights in bins of 0.05 between −1 and 1. The widest is cut off on both"
            + " sides; the narrowest is one bar at 0.",
        new Figure.Scale("weight", false),
        new Figure.Scale("share", false),
        panels);
  }
}
