package io.kudari.lab.experiment;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Experiment;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.lab.descent.BealeRace;
import io.kudari.lab.descent.Conditioning;
import io.kudari.lab.descent.LongValley;
import io.kudari.lab.descent.Saddle;
import io.kudari.lab.descent.SparseFeatures;
import io.kudari.lab.descent.ValleyPaths;
import io.kudari.lab.network.OptimizerRace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Collectors;

/**
 * Which method wins in the experiments before it: their tables, read again. Trainings are those of
 * {@code optimizers}, which are not trained again where they are known.
 */
final class NoFreeLunch implements Experiment {

  private static final List<String> METHODS =
      List.of("SGD", "momentum", "Nesterov", "AdaGrad", "RMSProp", "AdaDelta", "Adam");

  private static final Claim NONE =
      new Claim("002", 51, 54, "No method is the best for every problem.");

  /**
   * A race.
   *
   * @param of the experiment, the first table of which tells it
   * @param column of what counts
   * @param sign 1 where less is better, −1 where more is
   * @param merge of several rows of a method: the better one, or what was hardest
   */
  private record Race(Experiment of, String column, int sign, DoubleBinaryOperator merge) {

    private static Race least(Experiment of, String column) {
      return new Race(of, column, 1, Math::min);
    }

    /** What each method got: less is better. */
    Map<String, Double> run(Scope scope, Bench bench) throws InterruptedException {
      Table table = of.measure(scope, bench).tables().get(0);
      int at = table.columns().indexOf(column);
      Map<String, Double> got = new LinkedHashMap<>();
      for (List<Object> row : table.rows()) {
        double value = ((Number) row.get(at)).doubleValue();
        // What never arrives is told as NaN.
        double score = Double.isNaN(value) ? Double.POSITIVE_INFINITY : sign * value;
        got.merge(method((String) row.get(0)), score, merge::applyAsDouble);
      }
      return got;
    }

    private static String method(String shown) {
      return METHODS.stream().filter(shown::startsWith).findFirst().orElseThrow();
    }
  }

  private static final List<Race> RACES =
      List.of(
          Race.least(new ValleyPaths(), "height"),
          Race.least(new BealeRace(), "mean steps"),
          Race.least(new Saddle(), "mean"),
          Race.least(new LongValley(), "steps"),
          new Race(new Conditioning(), "steps", 1, Math::max),
          new Race(new SparseFeatures(), "rare ones", -1, Math::min),
          Race.least(new OptimizerRace(), "mean loss"));

  @Override
  public String name() {
    return "no-free-lunch";
  }

  @Override
  public Section section() {
    return Section.EVERYTHING_TOGETHER;
  }

  @Override
  public String question() {
    return "Which method wins everywhere?";
  }

  @Override
  public String setup() {
    return "Ranks in paths (height after 30 updates), beale, saddle and long-valley (steps),"
        + " conditioning (steps at κ = 10,000), sparse (rare features) and optimizers (mean loss),"
        + " with the rates of those experiments; of several rates of a method the better one.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(NONE);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 45 : 60;
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<List<String>> orders = new ArrayList<>();
    for (Race race : RACES) {
      Map<String, Double> got = race.run(scope, bench);
      orders.add(got.keySet().stream().sorted(Comparator.comparingDouble(got::get)).toList());
    }
    Set<String> winners =
        orders.stream().map(o -> o.get(0)).collect(Collectors.toCollection(LinkedHashSet::new));
    long most =
        winners.stream()
            .mapToLong(w -> orders.stream().filter(o -> o.get(0).equals(w)).count())
            .max()
            .orElse(0);
    return new Findings(
        String.format(
            Locale.ROOT,
            "None: %d methods are first in one of %d (%s), none in more than %d.",
            winners.size(),
            RACES.size(),
            String.join(", ", winners),
            most),
        List.of(table(orders)),
        List.of(),
        List.of(
            Check.atLeast(
                "winners", "methods that win somewhere", winners.size(), 3, "one for all"),
            Check.atMost(
                "everywhere", "races that one wins", most, RACES.size() - 1, "one for all")),
        List.of(
            most < RACES.size()
                ? NONE.holds()
                : NONE.doesNotHold(winners.iterator().next() + " is first in all")));
  }

  private static Table table(List<List<String>> orders) {
    List<String> columns = new ArrayList<>(List.of("method"));
    RACES.forEach(r -> columns.add(r.of().name()));
    List<List<Object>> rows = new ArrayList<>();
    for (String method : METHODS) {
      List<Object> row = new ArrayList<>(List.of(method));
      for (List<String> order : orders) {
        int at = order.indexOf(method);
        row.add(at < 0 ? "–" : at + 1);
      }
      rows.add(row);
    }
    return new Table("Places; – where it does not run", columns, rows);
  }
}
