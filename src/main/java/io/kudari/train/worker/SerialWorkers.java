package io.kudari.train.worker;

import io.kudari.collective.TreeSum;
import io.kudari.data.DigitCount;
import io.kudari.data.FeatureStatistics;
import io.kudari.data.Normalizer;
import io.kudari.data.SourceReader;
import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.exchange.Exchanges;
import io.kudari.exchange.GradientExchange;
import io.kudari.math.Slice;
import io.kudari.model.ModelSpec;
import io.kudari.model.ScoreCounts;
import io.kudari.optim.OptimizerSpec;
import io.kudari.state.Stateful;
import io.kudari.train.DataPlan;
import io.kudari.train.Dealing;
import io.kudari.train.Requests;
import io.kudari.train.Round;
import io.kudari.train.Subset;
import io.kudari.train.Workers;
import io.kudari.train.plan.StepRange;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;

/**
 * All workers on the calling thread, one after the other: the oracle for every distributed
 * strategy.
 */
public final class SerialWorkers implements Workers {

  private final int workers;
  private final WorkerRange range;
  private final Slice whole;
  private final Requests requests;
  private final Event.Dealt dealt;
  private WorkerRange.Part last;
  private List<List<TreeSum.Node<float[]>>> slots = List.of();

  /**
   * Loads all examples.
   *
   * @param seed the experiment's
   * @param stop asked in every step whether to end the run
   */
  public SerialWorkers(
      ModelSpec model, DataPlan data, Configuration hadoop, long seed, BooleanSupplier stop)
      throws IOException {
    this(model, data, hadoop, seed, Requests.stopping(stop), Exchanges.USUAL);
  }

  /**
   * As the other.
   *
   * @param requests asked in every step
   * @param exchange says what becomes of the workers' vectors
   */
  public SerialWorkers(
      ModelSpec model,
      DataPlan data,
      Configuration hadoop,
      long seed,
      Requests requests,
      GradientExchange exchange)
      throws IOException {
    this(model, data, data.dealing(new SourceReader(hadoop)), seed, requests, exchange);
  }

  /**
   * As the other.
   *
   * @param dealing gives examples
   */
  public SerialWorkers(
      ModelSpec model,
      DataPlan data,
      Dealing dealing,
      long seed,
      Requests requests,
      GradientExchange exchange)
      throws IOException {
    this.workers = data.sampler().workers();
    long begun = System.nanoTime();
    WorkerData loaded = WorkerData.load(dealing, 0, workers);
    this.dealt = loaded.dealt((System.nanoTime() - begun) / 1e9);
    this.range = new WorkerRange(model, data.sampler(), seed, loaded, exchange);
    this.whole = new Slice(0, model.layout().size());
    this.requests = requests;
  }

  /** What there is to tell of the examples. */
  public Event.Dealt dealt() {
    return dealt;
  }

  @Override
  public int ranks() {
    return 1;
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public Slice slice() {
    return whole;
  }

  @Override
  public FeatureStatistics statistics() {
    return root(range.statistics());
  }

  @Override
  public long[] count(DigitCount digits) {
    return range.count(digits);
  }

  @Override
  public FeatureStatistics targetStatistics() {
    return root(range.targetStatistics());
  }

  private FeatureStatistics root(List<TreeSum.Node<FeatureStatistics>> nodes) {
    TreeSum<FeatureStatistics> sum = new TreeSum<>(workers, FeatureStatistics::merge);
    nodes.forEach(sum::add);
    return sum.root();
  }

  @Override
  public void announce(StepRange next) {
    range.announce(next);
  }

  @Override
  public Sum gradient(float[] parameters, Normalizer normalizer, StepRange step) {
    if (last != null) range.release(last);
    last = range.gradient(parameters, normalizer, step);
    return root();
  }

  @Override
  public Sum round(float[] parameters, Normalizer normalizer, Round round) {
    if (last != null) range.release(last);
    WorkerRange.Local local = range.round(parameters, normalizer, round);
    last = local.moved();
    slots = local.slots();
    return root();
  }

  @Override
  public Kept kept() {
    return new Kept(range.first(), range.kept(), workers);
  }

  @Override
  public void keep(float[][][] slots, OptimizerSpec optimizer, boolean replicas) {
    range.keep(Arrays.copyOfRange(slots, range.first(), range.last()), optimizer, replicas);
  }

  @Override
  public float[] slotSum(int slot) {
    return slots.get(slot).get(0).value();
  }

  @Override
  public double[] residualSquares() {
    return range.keepsResiduals() ? range.residualSquares() : new double[0];
  }

  @Override
  public List<Stateful> stateful() {
    return range.keepsResiduals() ? List.of(Residuals.of(range, workers)) : List.of();
  }

  private Sum root() {
    StepTimes times =
        new StepTimes(
            last.computeNanos(), 0, last.sumNanos(), last.updateNanos(), last.inputNanos());
    return Sum.of(last.nodes().get(0).value(), times, requests.next(), requests.busy());
  }

  @Override
  public Evaluated evaluate(
      float[] parameters, Normalizer normalizer, Subset subset, boolean scored) {
    ScoreCounts scores = range.emptyScores(scored);
    return new Evaluated(
        range.evaluate(parameters, normalizer, subset, scores).get(0).value(), scores);
  }

  @Override
  public void close() {
    range.close();
  }
}
