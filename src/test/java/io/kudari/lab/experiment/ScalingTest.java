package io.kudari.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.event.StepTimes;
import io.kudari.lab.Bench;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Table;
import io.kudari.lab.Timed;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.lab.experiment.StepModel.Measured;
import io.kudari.run.StepTiming;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scaling on a cluster whose law is known: what the experiment finds must be that law. */
class ScalingTest {

  private static final double FIXED = 100e-6;
  private static final double GAMMA = 10e-6;
  private static final double ALPHA = 20e-6;
  private static final double BETA = 0.5e-9;
  private static final StepModel LAW = new StepModel(FIXED, GAMMA, ALPHA, BETA);

  /**
   * A cluster of so many cores.
   *
   * @param bytes by what a rank sends more than it should
   */
  record Cluster(int cores, double bytes) implements Bench {

    @Override
    public List<TrialResult> train(List<Trial> trials) {
      return trials.stream().map(t -> StepsToTargetTest.train(StepsToTargetTest.RIGHT, t)).toList();
    }

    @Override
    public List<StepTiming> time(List<Timed> asked) {
      return asked.stream().map(this::time).toList();
    }

    private StepTiming time(Timed asked) {
      int batch = Integer.parseInt(asked.trial().settings().get("train.batch"));
      int parameters =
          asked.trial().settings().get("model.layers").contains("512") ? 407_050 : 50_890;
      return timing(batch, asked.ranks(), asked.threads(), parameters);
    }

    StepTiming timing(int batch, int ranks, int threads, int parameters) {
      int turns = Math.max(1, ranks * threads / cores);
      double work = turns * (FIXED + GAMMA * batch / ranks / threads);
      double sent = ranks == 1 ? 0 : StepModel.bytes(ranks, parameters);
      double exchange = ranks == 1 ? 0 : StepModel.messages(ranks) * ALPHA + sent * BETA;
      StepTimes times = new StepTimes(nanos(work) - 3_000, 0, nanos(exchange), 2_000, 1_000);
      return new StepTiming(ranks, threads, cores, parameters, 1, times, sent * bytes);
    }

    private static long nanos(double seconds) {
      return Math.round(seconds * 1e9);
    }
  }

  static Findings run(Cluster cluster) throws InterruptedException {
    return new Scaling(List.of(2, 4, 8, 16), List.of(64, 512, 4096), 1, true)
        .measure(new Scope(true, 0, 1), cluster);
  }

  private static Table table(Findings of, String caption) {
    return of.tables().stream()
        .filter(t -> t.caption().startsWith(caption))
        .findFirst()
        .orElseThrow();
  }

  private static List<Curve> curves(Findings of, String figure, String curve) {
    List<Curve> found = new ArrayList<>();
    for (Figure f : of.figures())
      if (f.title().startsWith(figure))
        for (Figure.Panel p : f.panels())
          for (Curve c : p.curves()) if (c.name().equals(curve)) found.add(c);
    return found;
  }

  @Test
  void theModelFindsTheLawOfAStep() throws InterruptedException {
    Findings found = run(new Cluster(16, 1));
    List<List<Object>> rows = table(found, "Model of a step").rows();
    double[] law = {FIXED, GAMMA, ALPHA, BETA};
    for (int i = 0; i < law.length; i++)
      assertEquals(law[i], (double) rows.get(i).get(1), 0.01 * law[i], rows.get(i).toString());
    assertEquals(List.of(), found.missed());
  }

  @Test
  void ranksThatTheModelHasNotSeenAreForetold() throws InterruptedException {
    Table unseen = table(run(new Cluster(16, 1)), "Foretold");
    assertTrue(unseen.rows().size() >= 4 * 3, unseen.rows().toString());
    for (List<Object> row : unseen.rows())
      assertEquals(1, (double) row.get(4), 0.01, row.toString());
  }

  /** 64 examples of three ranks are 21.3 each, and the table shows 64. */
  @Test
  void aBatchNeedNotBeAMultipleOfTheRanks() throws InterruptedException {
    Findings found =
        new Scaling(List.of(2, 3), List.of(64), 1, false)
            .measure(new Scope(true, 0, 1), new Cluster(16, 1));
    double gamma = (double) table(found, "Model of a step").rows().get(1).get(1);
    assertEquals(GAMMA, gamma, 1e-4 * GAMMA);
    List<Object> batches =
        table(found, "Foretold").rows().stream()
            .filter(row -> row.get(0).equals(3))
            .map(row -> row.get(1))
            .toList();
    assertEquals(List.of(64, 192), batches);
  }

  /** Half of the ranks take turns: no model sees them, and no efficiency is drawn of them. */
  @Test
  void moreRanksThanCoresAreDrawnButNotCalledScaling() throws InterruptedException {
    Findings found = run(new Cluster(4, 1));
    List<List<Object>> rows = table(found, "Model of a step").rows();
    assertEquals(GAMMA, (double) rows.get(1).get(1), 0.01 * GAMMA);
    List<Curve> crowded = curves(found, "Throughput", "more ranks than cores");
    assertFalse(crowded.isEmpty());
    for (Curve c : crowded) assertTrue(c.points().stream().allMatch(p -> p.x() > 4), c.toString());
    for (Curve c : curves(found, "Throughput", "batch 512"))
      assertTrue(c.points().stream().allMatch(p -> p.x() <= 4), c.toString());
    for (Curve c : curves(found, "Efficiency", "batch 512"))
      assertTrue(c.points().stream().allMatch(p -> p.x() <= 4), c.toString());
    assertTrue(found.answer().startsWith("On 4 cores 4 ranks"), found.answer());
  }

  /** One core: no exchange can be fitted, and what is not foretold is not drawn. */
  @Test
  void withoutCoresForASecondRankOnlyOneIsForetold() throws InterruptedException {
    Findings found = run(new Cluster(1, 1));
    Table model = table(found, "Model of a step, of one rank: no more had cores");
    double[] law = {FIXED, GAMMA, 0, 0};
    for (int i = 0; i < law.length; i++)
      assertEquals(law[i], (double) model.rows().get(i).get(1), 0.01 * law[i], "" + model);
    assertTrue(found.answer().startsWith("On 1 core one rank takes a batch"), found.answer());
    assertTrue(found.answer().contains("nothing to fit an exchange to"), found.answer());
    for (Curve c : curves(found, "Throughput", "batch 512, model"))
      assertTrue(c.points().stream().allMatch(p -> p.x() == 1), c.toString());
    for (List<Object> row : table(found, "The batch that arrives").rows())
      assertEquals(1, row.get(1), row.toString());
  }

  /** Two threads of each rank on one core. */
  @Test
  void whereEveryRankTakesTurnsNothingIsForetold() throws InterruptedException {
    Findings found =
        new Scaling(List.of(2), List.of(64), 2, true)
            .measure(new Scope(true, 0, 1), new Cluster(1, 1));
    assertEquals(4, table(found, "Model of a step: no rank had cores").rows().size());
    assertEquals(List.of(), table(found, "The batch that arrives").rows());
    assertTrue(found.answer().contains("no batch was seen to reach"), found.answer());
  }

  @Test
  void aTargetThatIsNeverReachedIsTold() throws InterruptedException {
    Cluster timed = new Cluster(16, 1);
    Bench never =
        new Bench() {
          @Override
          public List<TrialResult> train(List<Trial> trials) {
            TrialResult lost =
                new TrialResult(TrialResult.DIVERGED, 0, 0, "", List.of(), List.of());
            return trials.stream().map(t -> lost).toList();
          }

          @Override
          public List<StepTiming> time(List<Timed> asked) {
            return timed.time(asked);
          }
        };
    Findings found =
        new Scaling(List.of(2, 4), List.of(64), 1, false).measure(new Scope(true, 0, 1), never);
    assertTrue(found.answer().contains("no batch was seen to reach"), found.answer());
  }

  @Test
  void theCommandHasTheThreadsOfARank() {
    Scaling one = new Scaling(List.of(2), List.of(64), 1, false);
    assertEquals("scaling --ranks 1,2 --batch 64", one.command());
    Scaling three = new Scaling(List.of(2), List.of(64), 3, false);
    assertEquals(one.command() + " --conf spark.task.cpus=3", three.command());
  }

  @Test
  void theModelIsDrawnUpToAThousandRanks() throws InterruptedException {
    Findings found = run(new Cluster(16, 1));
    Curve weak = curves(found, "Throughput", "batch 512, model").get(1);
    assertEquals(1024, weak.points().get(weak.points().size() - 1).x());
    double seconds = LAW.seconds(512.0 * 1024, 1024, 50_890);
    double rate = weak.points().get(weak.points().size() - 1).y();
    assertEquals(512 * 1024 / seconds, rate, 0.02 * rate);
  }

  /** Steps of the known world times seconds of the known law. */
  @Test
  void whoArrivesFirstIsTheLeastOfStepsTimesSeconds() throws InterruptedException {
    List<List<Object>> rows = table(run(new Cluster(16, 1)), "The batch that arrives").rows();
    assertTrue(rows.size() > 20, rows.toString());
    for (List<Object> row : rows) {
      int ranks = (int) row.get(1);
      double batch = ((Number) row.get(3)).doubleValue();
      double seconds = (double) row.get(4) * LAW.seconds(batch, ranks, 50_890);
      assertEquals(seconds, (double) row.get(5), 0.02 * seconds, row.toString());
      assertEquals(seconds * ranks, (double) row.get(6), 0.02 * seconds * ranks, row.toString());
      assertEquals(ranks <= 16 ? "yes" : "no", row.get(2));
      // The recommended batch is at most what it is for, a few times off.
      double recommended = (double) row.get(7);
      assertTrue(recommended >= ranks && recommended <= 2500, row.toString());
    }
  }

  @Test
  void everyLineOfTheMapHasAColourOfItsOwn() throws InterruptedException {
    for (Figure figure : run(new Cluster(16, 1)).figures())
      if (figure.title().startsWith("How many ranks"))
        for (Figure.Panel panel : figure.panels())
          assertEquals(
              panel.curves().size(),
              panel.curves().stream().mapToInt(Curve::colour).distinct().count(),
              panel.title());
  }

  @Test
  void vectorsThatAreSentWholeAreCaught() throws InterruptedException {
    assertEquals("bytes", run(new Cluster(16, 2)).missed().get(0).id());
  }

  @Test
  void anExchangeThatCostsNothingLeavesNoPartBelowZero() {
    Cluster cluster = new Cluster(8, 1);
    List<Measured> all = new ArrayList<>();
    for (int ranks : new int[] {1, 2, 4})
      for (int each : new int[] {8, 64}) {
        StepTiming t = cluster.timing(each * ranks, ranks, 1, 50_890);
        // Fewer seconds for more ranks: no positive price of a message says that.
        StepTimes times = new StepTimes(t.times().compute(), 0, 80_000 / ranks, 0, 0);
        all.add(new Measured(each * ranks, new StepTiming(ranks, 1, 8, 50_890, 1, times, 0), true));
      }
    StepModel model = StepModel.fit(all);
    for (double part : new double[] {model.fixed(), model.gamma(), model.alpha(), model.beta()})
      assertTrue(part >= 0, model.toString());
  }
}
