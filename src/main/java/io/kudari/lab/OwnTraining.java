package io.kudari.lab;

import io.kudari.data.ExampleStore;
import io.kudari.data.Examples;
import io.kudari.data.Normalizer;
import io.kudari.data.Sampler;
import io.kudari.event.StepTimes;
import io.kudari.exchange.Exchanges;
import io.kudari.math.Slice;
import io.kudari.model.Evaluation;
import io.kudari.model.ModelSpec;
import io.kudari.optim.Optimizer;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.train.Request;
import io.kudari.train.Subset;
import io.kudari.train.Workers;
import io.kudari.train.plan.BatchSchedule;
import io.kudari.train.plan.StepRange;
import io.kudari.train.worker.WorkerData;
import io.kudari.train.worker.WorkerData.Part;
import io.kudari.train.worker.WorkerRange;
import java.util.stream.IntStream;

/**
 * Gradient descent on the calling thread, on examples that an experiment has made, with parameters
 * that it looks at between steps. Steps, batches, workers, gradients and updates are the product's.
 * Not thread-safe.
 */
public final class OwnTraining implements AutoCloseable {

  private static final double WHITE = 255;

  private final ModelSpec model;
  private final Normalizer normalizer;
  private final WorkerRange workers;
  private final BatchSchedule batches;
  private final Optimizer optimizer;
  private final double rate;
  private final float[] parameters;
  private WorkerRange.Part last;
  private long step;
  private int epoch;
  private int position;

  /**
   * A training that has taken no step, from the model's start values.
   *
   * @param train pixels, which are divided by 255, or floats, which are taken as they are
   * @param test of the same kind
   * @param sampler of all examples to train on
   * @param batches of as many examples
   * @param seed of the start values
   */
  public OwnTraining(
      ModelSpec model,
      Examples train,
      Examples test,
      OptimizerSpec optimizer,
      Sampler sampler,
      BatchSchedule batches,
      long seed) {
    this.model = model;
    this.normalizer = train.bytes() != null ? Normalizer.scale(WHITE) : Normalizer.none();
    int count = sampler.workers();
    int[][] rows = new int[count][];
    for (int v = 0; v < count; v++) rows[v] = dealt(sampler, v);
    Part held = new Part(ExampleStore.of(test), shares(test.count(), count));
    WorkerData data = new WorkerData(0, count, new Part(ExampleStore.of(train), rows), held, held);
    this.workers = new WorkerRange(model, sampler, seed, data, Exchanges.USUAL);
    this.batches = batches;
    this.optimizer = optimizer.open(model.layout(), seed);
    this.rate = optimizer.learningRate();
    this.parameters = model.initial(seed);
  }

  /** With one worker, epochs in new orders, and last batches that are kept. */
  public static OwnTraining of(
      ModelSpec model,
      Examples train,
      Examples test,
      OptimizerSpec optimizer,
      int batch,
      long seed) {
    Sampler sampler = new Sampler(seed, 1, train.count());
    return new OwnTraining(
        model, train, test, optimizer, sampler, batches(train.count(), batch, false), seed);
  }

  /** How epochs of so many examples are cut into batches of one size. */
  public static BatchSchedule batches(int examples, int batch, boolean dropLast) {
    return new BatchSchedule(
        examples, ScheduleSpec.CONSTANT.resolve(batch, 1, Integer.MAX_VALUE), dropLast, 1);
  }

  /** Worker v has the examples v, v + workers, and so on. */
  private static int[] dealt(Sampler sampler, int worker) {
    return IntStream.range(0, sampler.examples(worker))
        .map(i -> worker + i * sampler.workers())
        .toArray();
  }

  private static int[][] shares(int examples, int workers) {
    int[][] rows = new int[workers][0];
    rows[0] = IntStream.range(0, examples).toArray();
    return rows;
  }

  /** The parameters now; what is written to them counts. */
  public float[] parameters() {
    return parameters;
  }

  /** How many epochs have begun before the step that was taken last. */
  public int epoch() {
    return epoch;
  }

  /** Which examples the next step takes: it counts as taken. */
  public StepRange next() {
    while (batches.isEnd(epoch, position)) {
      position = batches.carried(position);
      epoch++;
    }
    StepRange range = batches.at(step++, epoch, position);
    position = range.to();
    return range;
  }

  /** What workers find in a step. Its values are valid until the next one. */
  public Workers.Sum gradient(StepRange range) {
    if (last != null) workers.release(last);
    last = workers.gradient(parameters, normalizer, range);
    return Workers.Sum.of(last.nodes().get(0).value(), StepTimes.ZERO, Request.NONE, false);
  }

  /**
   * The mean gradient of examples of the first epoch, by their places in its order.
   *
   * @return a vector of the caller's own
   */
  public float[] mean(int from, int to) {
    float[] mean = new float[parameters.length];
    gradient(new StepRange(0, 0, from, to, false)).mean(model.layout()).copy(whole(), mean);
    return mean;
  }

  private Slice whole() {
    return new Slice(0, model.layout().size());
  }

  /** Takes steps. */
  public void descend(int steps) {
    for (int i = 0; i < steps; i++) {
      StepRange range = next();
      optimizer.step(parameters, gradient(range).mean(model.layout()), Step.of(range.step(), rate));
    }
  }

  /** Evaluates the examples that are trained on, or those to test, with the parameters now. */
  public Evaluation evaluate(Subset subset) {
    return evaluate(subset, parameters);
  }

  /** The same with other parameters. */
  public Evaluation evaluate(Subset subset, float[] others) {
    return workers.evaluate(others, normalizer, subset).get(0).value();
  }

  @Override
  public void close() {
    workers.close();
  }
}
