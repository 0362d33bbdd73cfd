package io.kudari.lab.experiment;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Experiment;
import io.kudari.lab.Figure;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Table;
import io.kudari.lab.Timed;
import io.kudari.lab.Trial;
import io.kudari.lab.experiment.StepModel.Measured;
import io.kudari.lab.experiment.StepsToTarget.Swept;
import io.kudari.run.StepTiming;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How much faster a step gets with more ranks, of a batch that stays (strong scaling) and of one
 * that grows with them (weak scaling), a model of the step, and what both make of the steps to a
 * target: the tradeoff between time and cost of a batch.
 */
public final class Scaling implements Experiment {

  /** By which it is asked for. */
  public static final String NAME = "scaling";

  private static final int HIDDEN = 64;

  /** A wider network's, whose exchange tells a message's price from that of its bytes. */
  private static final int WIDE = 512;

  private static final long STEPS = 10_000_000;

  private final List<Integer> ranks;
  private final List<Integer> batches;
  private final int threads;
  private final boolean local;

  /**
   * For these ranks and batches, each of at least 1; one rank is always among them.
   *
   * @param threads of a rank
   * @param local whether threads of one rank are timed as well, as many as ranks
   */
  public Scaling(List<Integer> ranks, List<Integer> batches, int threads, boolean local) {
    Set<Integer> all = new TreeSet<>(ranks);
    all.add(1);
    this.ranks = List.copyOf(all);
    this.batches = List.copyOf(new TreeSet<>(batches));
    this.threads = threads;
    this.local = local && threads == 1;
  }

  /** What is timed: a network, a batch of all ranks together, and who computes it. */
  record Cell(int hidden, int batch, int ranks, int threads) {

    Timed timed(double seconds) {
      Trial trial =
          Digits.momentum(Digits.perceptron(hidden), 0.01)
              .with("data.train.examples", Math.max(Digits.EXAMPLES, 2 * batch))
              .with("data.validation", 0)
              .with("train.batch", batch)
              .with("train.workers", ranks * threads)
              .with("train.steps", STEPS)
              .with("train.meters", "[sent-bytes]");
      return new Timed(trial, ranks, threads, seconds);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String command() {
    String asked = NAME + " --ranks " + joined(ranks) + " --batch " + joined(batches);
    return threads == 1 ? asked : asked + " --conf spark.task.cpus=" + threads;
  }

  private static String joined(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  @Override
  public boolean isTimed() {
    return true;
  }

  @Override
  public String question() {
    return "How much faster do more executors arrive, and with which batch?";
  }

  @Override
  public String setup() {
    return "784-64-10 on the digits with momentum 0.9, by all-reduce, a worker a thread. Batches of"
        + " "
        + joined(batches)
        + " for all ranks together, and as many for each of them. Of each a training is timed once"
        + " it is warm; the middle one of five stretches counts, and of the rounds the middle one."
        + " The exchange of 784-512-10 is timed too. Steps to the target are those of"
        + " steps-to-target.";
  }

  @Override
  public int seconds(boolean quick) {
    return (quick ? 4 : 24) * cells().size() + new StepsToTarget().seconds(quick);
  }

  private Set<Cell> cells() {
    Set<Cell> cells = new LinkedHashSet<>();
    for (int batch : batches)
      for (int r : ranks) {
        add(cells, new Cell(HIDDEN, batch, r, threads));
        add(cells, new Cell(HIDDEN, batch * r, r, threads));
      }
    for (int r : ranks)
      if (r > 1) add(cells, new Cell(WIDE, Math.max(batches.get(0), r * threads), r, threads));
    if (local)
      for (int t : ranks) for (int batch : batches) add(cells, new Cell(HIDDEN, batch, 1, t));
    return cells;
  }

  /** A worker needs an example. */
  private static void add(Set<Cell> cells, Cell cell) {
    if (cell.batch() >= cell.ranks() * cell.threads()) cells.add(cell);
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Swept> swept = new StepsToTarget().sweep(scope, bench);
    ScalingFigures of =
        new ScalingFigures(ranks, batches, threads, HIDDEN, timed(scope.quick(), bench));
    StepModel model = StepModel.fit(of.measured());
    List<Integer> real = ranks.stream().filter(r -> !of.isCrowded(r)).toList();
    TimeToTarget target =
        new TimeToTarget(swept, model, of.parameters(), threads, Digits.EXAMPLES / 4.0);
    List<Figure> figures = new ArrayList<>(of.figures(model, local));
    figures.addAll(target.figures());
    return new Findings(
        of.answer() + " " + target.answer(real),
        List.of(of.table(), model(model), unseen(of.measured()), target.table(real)),
        figures,
        List.of(bytes(of.measured())));
  }

  /** The middle timing of the rounds, by what was timed. */
  private Map<Cell, StepTiming> timed(boolean quick, Bench bench) throws InterruptedException {
    List<Cell> cells = List.copyOf(cells());
    List<Timed> asked = new ArrayList<>();
    // The first compiles, and does not count.
    asked.add(cells.get(0).timed(1));
    int rounds = quick ? 1 : 3;
    for (int r = 0; r < rounds; r++) for (Cell c : cells) asked.add(c.timed(quick ? 1 : 2));
    List<StepTiming> timings = bench.time(asked);
    Map<Cell, StepTiming> middle = new LinkedHashMap<>();
    for (int c = 0; c < cells.size(); c++) {
      List<StepTiming> own = new ArrayList<>();
      for (int r = 0; r < rounds; r++) own.add(timings.get(1 + r * cells.size() + c));
      own.sort(Comparator.comparingDouble(StepTiming::seconds));
      middle.put(cells.get(c), own.get(rounds / 2));
    }
    return middle;
  }

  private static Table model(StepModel model) {
    return new Table(
        model.most() > 1
            ? "Model of a step"
            : model.most() == 1
                ? "Model of a step, of one rank: no more had cores, and there is nothing to fit α"
                    + " and β to"
                : "Model of a step: no rank had cores, and there is nothing to fit it to",
        List.of("part", "seconds", "of"),
        List.of(
            List.of("fixed", model.fixed(), "a step"),
            List.of("γ", model.gamma(), "an example of a rank"),
            List.of("α", model.alpha(), "a message, of which a rank sends 2 (R − 1) in a step"),
            List.of("β", model.beta(), "a byte, of which a rank sends 8 n (R − 1) / R in a step")));
  }

  /** Each number of ranks as the model foretells it that has not seen it. */
  private Table unseen(List<Measured> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (int left : ranks) {
      List<Measured> others = all.stream().filter(m -> m.timing().ranks() != left).toList();
      if (left == 1 || others.stream().allMatch(m -> m.timing().ranks() == 1)) continue;
      StepModel model = StepModel.fit(others);
      for (Measured m : all) {
        StepTiming t = m.timing();
        if (!m.main() || t.ranks() != left || t.isCrowded()) continue;
        double foretold = model.seconds(m.batch(), left, t.parameters());
        if (Double.isFinite(foretold))
          rows.add(List.of(left, m.batch(), t.seconds(), foretold, foretold / t.seconds()));
      }
    }
    return new Table(
        rows.isEmpty()
            ? "Foretold without having seen that number of ranks: needs two above 1 with cores"
            : "Foretold without having seen that number of ranks",
        List.of("ranks", "batch", "seconds of a step", "foretold", "foretold / measured"),
        rows);
  }

  private static Check bytes(List<Measured> all) {
    double ratio =
        all.stream()
            .map(Measured::timing)
            .filter(t -> t.ranks() > 1)
            .mapToDouble(t -> t.sentBytes() / StepModel.bytes(t.ranks(), t.parameters()))
            .boxed()
            .max(Comparator.comparingDouble(r -> Math.abs(Math.log(r))))
            .orElse(Double.NaN);
    return Check.within(
        "bytes",
        "bytes a step on the wire by 8 n (R − 1) / R, the farthest from 1",
        ratio,
        .9,
        1.1,
        "whole vectors sent to every rank");
  }
}
