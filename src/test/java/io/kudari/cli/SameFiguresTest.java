package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import io.kudari.Slow;
import io.kudari.cli.RandomSets.Format;
import io.kudari.cli.RandomSets.Sets;
import io.kudari.model.Areas;
import io.kudari.model.Evaluation;
import io.kudari.model.Figures;
import io.kudari.train.Workers;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * What is read beside a training set is read as the training set was: the figures that {@code
 * train} finds on its test set, those of {@code evaluate}, and a count by hand of {@code predict}'s
 * rows are the same, for random sets of every format and by every strategy: the first two to the
 * bit, the last to the rounding of outputs, which may depend on an example's place in its batch.
 */
@Slow
@Timeout(180)
class SameFiguresTest {

  private static final long SEED = 20261128;

  private static final List<String> ON_SPARK =
      List.of("driver", "all-reduce", "all-reduce, algorithm = parameter-averaging");

  @TempDir private Path dir;

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Format format : Format.values()) {
      // Formats that follow each other in the list are alike: between them they see each strategy.
      String other = ON_SPARK.get(format.ordinal() % ON_SPARK.size());
      for (int i = 0; i < 3; i++) {
        long seed = SEED + 100L * format.ordinal() + i;
        cases.add(Arguments.of(format, i < 2 ? "serial" : other, seed));
      }
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0} by {1}, seed {2}")
  @MethodSource("cases")
  void trainEvaluateAndPredictFindTheSame(Format format, String strategy, long seed)
      throws IOException {
    Random random = new Random(seed);
    Sets sets = new RandomSets(dir, format, random.nextLong()).make();
    int workers = 1 + random.nextInt(3);
    String out = dir.resolve("out").toString();
    Said trained =
        run("train", config(format, sets, strategy, workers), "--out", out, "--master", "local[2]");
    JsonNode summary = new ObjectMapper().readTree(Path.of(out, "summary.json").toFile());
    assertNotes(format, trained);

    Workers.Evaluated evaluation = evaluation(out);
    Evaluation found = evaluation.evaluation();
    assertEquals(figures(found), figures(summary, found.outputs()), "train and evaluate");
    Said evaluated = run("evaluate", out);
    assertNotes(format, evaluated);
    assertEquals(printed(summary, sets.labels() != null), first(evaluated.out()), "as printed");

    Path rows = dir.resolve("predictions.csv");
    assertNotes(format, run("predict", out, "-o", rows.toString()));
    assertAlike(byHand(rows, sets), figures(found));
    if (found.isClassification()) assertScores(evaluation.figures(), summary, rows, sets);

    for (String shuffled : sets.shuffled()) {
      String again = "data.test=" + shuffled;
      Evaluation same = evaluation(out, "--set", "data.test=null", "--set", again).evaluation();
      assertEquals(figures(found), figures(same), "columns in another order");
    }
  }

  /** What is guessed is said, once. */
  private static void assertNotes(Format format, Said said) {
    boolean named =
        switch (format) {
          case CSV, CSV_REGRESSION, PARQUET, PARQUET_VECTORS, PARQUET_REGRESSION -> true;
          default -> false;
        };
    boolean bare = format == Format.CSV_WITHOUT_HEADER;
    assertEquals(named ? 1 : 0, count(said.logged(), "ignores the columns"), said.logged());
    assertEquals(bare ? 1 : 0, count(said.logged(), "matched by position"), said.logged());
  }

  private static long count(String text, String part) {
    return text.lines().filter(line -> line.contains(part)).count();
  }

  private String config(Format format, Sets sets, String strategy, int workers) throws IOException {
    boolean picture = format.ordinal() >= Format.IMAGES.ordinal();
    String text =
        String.format(
            """
            data {
              train = %s
              test = %s
              validation = 0.2
              normalize %s
            }
            model {
              layers = [
                { type = dense, units = 5, activation = tanh }
                { type = dense, units = auto }
              ]
              loss = %s
            }
            optimizer { name = momentum, learning-rate = 0.1 }
            train { epochs = 2, batch = 12, workers = %d, strategy = %s }
            """,
            sets.train(),
            sets.test(),
            picture ? "{ method = scale, divisor = 255 }" : "{ method = z-score, per = feature }",
            format.isRegression() ? "mean-squared-error" : "cross-entropy",
            workers,
            strategy);
    return Files.writeString(dir.resolve("test.conf"), text).toString();
  }

  /** The command's options, without what it prints. */
  @Command
  private static final class Probe {
    @Mixin private AppliedModel applied;
  }

  private static Workers.Evaluated evaluation(String... args) throws IOException {
    Probe probe = new Probe();
    new CommandLine(probe).parseArgs(args);
    return probe.applied.open().evaluation();
  }

  /** All figures, as text that tells every bit. */
  private static List<String> figures(Evaluation e) {
    List<String> figures = new ArrayList<>();
    figures.add("loss " + e.meanLoss());
    if (!e.isClassification()) {
      figures.add("mse " + e.meanSquaredError());
      figures.add("mae " + e.meanAbsoluteError());
      return figures;
    }
    figures.add("accuracy " + e.accuracy());
    for (int k = 1; k <= Math.min(Evaluation.TOP, e.outputs()); k++) {
      figures.add("top " + k + " " + e.topAccuracy(k));
    }
    for (int t = 0; t < e.outputs(); t++) {
      for (int p = 0; p < e.outputs(); p++) figures.add(t + "/" + p + ": " + e.confused(t, p));
    }
    return figures;
  }

  private static List<String> figures(JsonNode summary, int outputs) {
    List<String> figures = new ArrayList<>();
    figures.add("loss " + summary.get("test.loss").doubleValue());
    if (summary.has("test.mse")) {
      figures.add("mse " + summary.get("test.mse").doubleValue());
      figures.add("mae " + summary.get("test.mae").doubleValue());
      return figures;
    }
    figures.add("accuracy " + summary.get("test.accuracy").doubleValue());
    JsonNode top = summary.get("test.topAccuracy");
    for (int k = 1; k <= top.size(); k++) {
      figures.add("top " + k + " " + top.get(k - 1).doubleValue());
    }
    for (int t = 0; t < outputs; t++) {
      for (int p = 0; p < outputs; p++) {
        figures.add(t + "/" + p + ": " + summary.get("test.confusion").get(t).get(p).longValue());
      }
    }
    return figures;
  }

  /** The first lines of {@code evaluate}. */
  private static List<String> printed(JsonNode summary, boolean classes) {
    String loss = String.format(Locale.ROOT, "loss      %.6f", number(summary, "loss"));
    return classes
        ? List.of(loss, String.format(Locale.ROOT, "accuracy  %.4f", number(summary, "accuracy")))
        : List.of(loss, String.format(Locale.ROOT, "MSE       %.6f", number(summary, "mse")));
  }

  private static double number(JsonNode summary, String key) {
    JsonNode value = summary.get("test." + key);
    return value.isNull() ? Double.NaN : value.doubleValue();
  }

  private static List<String> first(String out) {
    return out.lines().filter(l -> l.matches("(loss|accuracy|MSE) .*")).toList();
  }

  /** What follows from the rows of {@code predict} and the true labels alone. */
  private static List<String> byHand(Path rows, Sets sets) {
    List<String[]> lines = lines(rows);
    String[] header = lines.remove(0);
    return sets.labels() != null
        ? byHand(header, lines, sets.labels())
        : byHand(lines, sets.targets());
  }

  private static List<String[]> lines(Path rows) {
    return new CsvParser(new CsvParserSettings()).parseAll(rows.toFile());
  }

  private static List<String> names(String[] header) {
    List<String> names = new ArrayList<>();
    for (int c = 2; c < header.length; c++) names.add(header[c].replaceAll("^p\\(|\\)$", ""));
    return names;
  }

  /** The scores of train are those of evaluate, and those of the rows within their error. */
  /** Names and numbers, which are equal to a millionth. */
  private static void assertAlike(List<String> expected, List<String> found) {
    assertEquals(expected.size(), found.size(), "a count by hand");
    for (int i = 0; i < expected.size(); i++) {
      int at = expected.get(i).lastIndexOf(' ');
      double wanted = Double.parseDouble(expected.get(i).substring(at));
      assertEquals(
          expected.get(i).substring(0, at),
          found.get(i).substring(0, found.get(i).lastIndexOf(' ')));
      double got = Double.parseDouble(found.get(i).substring(found.get(i).lastIndexOf(' ')));
      assertEquals(
          wanted, got, 1e-6 * Math.max(1, Math.abs(wanted)), "by hand: " + expected.get(i));
    }
  }

  private static void assertScores(Figures figures, JsonNode summary, Path rows, Sets sets) {
    Figures.Scores found = ((Figures.OfClasses) figures).scores();
    assertEquals(found.macroF1(), number(summary, "macroF1"));
    assertEquals(found.logLoss(), number(summary, "logLoss"));
    assertEquals(found.rocAuc(), number(summary, "rocAuc"));
    assertEquals(found.rocAucError(), number(summary, "rocAucError"));
    assertEquals(found.prAuc(), number(summary, "prAuc"));
    assertEquals(found.prAucError(), number(summary, "prAucError"));
    List<String[]> lines = lines(rows);
    List<String> names = names(lines.remove(0));
    boolean two = names.size() == 2;
    double[] areas = new double[3];
    for (int c = two ? 1 : 0; c < names.size(); c++) {
      String name = names.get(c);
      int column = 2 + c;
      float[] scores = new float[lines.size()];
      for (int i = 0; i < scores.length; i++) scores[i] = Float.parseFloat(lines.get(i)[column]);
      boolean[] positive = new boolean[scores.length];
      for (int i = 0; i < scores.length; i++) positive[i] = sets.labels()[i].equals(name);
      if (Areas.isDefined(positive)) areas[2]++;
      else continue;
      areas[0] += Areas.roc(scores, positive);
      areas[1] += Areas.averagePrecision(scores, positive);
    }
    if (areas[2] == 0) {
      assertTrue(Double.isNaN(found.rocAuc()) && Double.isNaN(found.prAuc()), found::toString);
      return;
    }
    assertEquals(areas[0] / areas[2], found.rocAuc(), found.rocAucError() + 1e-12);
    assertEquals(areas[1] / areas[2], found.prAuc(), found.prAucError() + 1e-12);
  }

  private static List<String> byHand(String[] header, List<String[]> lines, String[] labels) {
    List<String> names = names(header);
    int classes = names.size();
    assertEquals(labels.length, lines.size(), "a row an example");
    double[] loss = new double[labels.length];
    int[][] confused = new int[classes][classes];
    int[] within = new int[classes];
    for (int i = 0; i < labels.length; i++) {
      String[] row = lines.get(i);
      assertEquals(String.valueOf(i), row[0], "rows are in the order of the examples");
      int truth = names.indexOf(labels[i]);
      float own = Float.parseFloat(row[2 + truth]);
      int above = 0;
      for (int c = 0; c < classes; c++) {
        float p = Float.parseFloat(row[2 + c]);
        if (p > own || (p == own && c < truth)) above++;
      }
      for (int k = above; k < classes; k++) within[k]++;
      confused[truth][names.indexOf(row[1])]++;
      loss[i] = -StrictMath.log(Math.max(own, Float.MIN_NORMAL));
    }
    List<String> figures = new ArrayList<>();
    figures.add("loss " + sum(loss) / labels.length);
    figures.add("accuracy " + (double) within[0] / labels.length);
    for (int k = 0; k < Math.min(Evaluation.TOP, classes); k++) {
      figures.add("top " + (k + 1) + " " + (double) within[k] / labels.length);
    }
    for (int t = 0; t < classes; t++) {
      for (int p = 0; p < classes; p++) figures.add(t + "/" + p + ": " + confused[t][p]);
    }
    return figures;
  }

  private static List<String> byHand(List<String[]> lines, float[][] targets) {
    int outputs = targets[0].length;
    double[] loss = new double[targets.length];
    double[][] squared = new double[outputs][targets.length];
    double[] absolute = new double[targets.length];
    assertEquals(targets.length, lines.size(), "a row an example");
    for (int i = 0; i < targets.length; i++) {
      double squares = 0;
      for (int o = 0; o < outputs; o++) {
        double error = Float.parseFloat(lines.get(i)[1 + o]) - (double) targets[i][o];
        squares += error * error;
        squared[o][i] = error * error;
        absolute[i] += Math.abs(error);
      }
      loss[i] = squares / outputs;
    }
    double mse = 0;
    for (int o = 0; o < outputs; o++) mse += sum(squared[o]);
    double values = (double) targets.length * outputs;
    return List.of(
        "loss " + sum(loss) / targets.length,
        "mse " + mse / values,
        "mae " + sum(absolute) / values);
  }

  /** In no order: rounded once. */
  private static double sum(double[] values) {
    BigDecimal sum = BigDecimal.ZERO;
    for (double value : values) sum = sum.add(new BigDecimal(value));
    return sum.doubleValue();
  }

  /** Runs a command, which must succeed. */
  private static Said run(String... args) {
    Said said = Said.run(args);
    assertEquals(0, said.code(), () -> said.printed() + said.logged());
    assertTrue(said.printed().isEmpty(), said.printed());
    return said;
  }
}
