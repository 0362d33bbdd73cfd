package io.kudari.train.worker;

import io.kudari.collective.TreeSum;
import io.kudari.data.Batches;
import io.kudari.data.DigitCount;
import io.kudari.data.ExampleStore;
import io.kudari.data.FeatureStatistics;
import io.kudari.data.Normalizer;
import io.kudari.data.Sampler;
import io.kudari.event.Event;
import io.kudari.exchange.Codec;
import io.kudari.exchange.GradientExchange;
import io.kudari.math.Floats;
import io.kudari.model.Evaluation;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.model.ScoreCounts;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.noise.ShardNorms;
import io.kudari.train.GradientSum;
import io.kudari.train.NoiseMeter;
import io.kudari.train.Round;
import io.kudari.train.Subset;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.plan.StepRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/**
 * A contiguous range of logical workers on one thread: their data, and the memory to compute with.
 * What it returns is a pure function of the arguments. Methods are synchronised, because a cluster
 * may run a task again while its first attempt still lingers.
 */
public final class WorkerRange implements AutoCloseable {

  /** Examples in one call of the model during evaluation. */
  public static final int EVALUATION_BATCH = 256;

  private static final ObjIntConsumer<float[]> NOBODY = (values, from) -> {};

  private final ModelSpec model;
  private final Sampler sampler;
  private final long seed;
  private final WorkerData data;
  private final Codec codec;
  private final ExampleStore.Hold hold;
  private final Lookahead ahead;
  private StepRange announced = StepRange.NONE;
  private boolean closed;
  private GradientFunction function;
  private final ArrayDeque<float[]> free = new ArrayDeque<>();
  private MiniBatch batch;
  private MiniBatch spare;
  private StepRange prepared;
  private int[][] orders;
  private int ordersEpoch = -1;
  private Replicas replicas;
  private long inputNanos;
  private long computeNanos;

  /**
   * What a range of workers sends on after its part of a step.
   *
   * @param nodes summed subtrees, from left to right
   * @param inputNanos assembling batches
   * @param computeNanos forward and backward passes
   * @param sumNanos adding workers up
   * @param updateNanos local optimizer steps
   */
  public record Part(
      List<TreeSum.Node<GradientSum>> nodes,
      long inputNanos,
      long computeNanos,
      long sumNanos,
      long updateNanos)
      implements java.io.Serializable {}

  /**
   * What a range of workers sends on after a round of local steps.
   *
   * @param moved how far the workers came from the parameters, times the weights of their examples
   * @param slots by optimizer slot: the slots at the end, times these weights, as summed subtrees;
   *     empty unless slots are averaged
   */
  public record Local(Part moved, List<List<TreeSum.Node<float[]>>> slots)
      implements java.io.Serializable {}

  /**
   * Makes a range; the model is opened when it is first used.
   *
   * @param seed the experiment's
   * @param exchange says what becomes of the workers' vectors
   */
  public WorkerRange(
      ModelSpec model, Sampler sampler, long seed, WorkerData data, GradientExchange exchange) {
    this(model, sampler, seed, data, exchange, Lookahead.Source.of(data.train().examples()));
  }

  /**
   * As the other.
   *
   * @param fetched has training examples fetched
   */
  WorkerRange(
      ModelSpec model,
      Sampler sampler,
      long seed,
      WorkerData data,
      GradientExchange exchange,
      Lookahead.Source fetched) {
    this.model = model;
    this.sampler = sampler;
    this.seed = seed;
    this.data = data;
    this.codec = exchange.codec(model.layout(), seed);
    this.hold = data.hold();
    this.ahead = new Lookahead(fetched);
  }

  /**
   * What there is to tell of its examples.
   *
   * @param seconds that they took to load
   */
  public Event.Dealt dealt(double seconds) {
    return data.dealt(seconds);
  }

  /**
   * Says which step comes after the one whose gradient is asked for next, so that its examples can
   * be fetched meanwhile.
   *
   * @param next may be empty
   */
  public synchronized void announce(StepRange next) {
    announced = next;
  }

  /**
   * Computes the gradient sums of the range's workers. The arrays of the result belong to the
   * receiver until it gives them back with {@link #release}, or for good.
   */
  public synchronized Part gradient(float[] parameters, Normalizer normalizer, StepRange step) {
    return gradient(parameters, normalizer, step, NOBODY);
  }

  /**
   * As the other.
   *
   * @param progress hears for each worker's vector, as {@link GradientFunction} tells, from where
   *     on it is final; not of workers that have no example in this step
   */
  synchronized Part gradient(
      float[] parameters, Normalizer normalizer, StepRange step, ObjIntConsumer<float[]> progress) {
    Batches train = begin(normalizer, step.epoch());
    lookAhead(step);
    TreeSum<GradientSum> sum = new TreeSum<>(sampler.workers(), this::add);
    long start = System.nanoTime();
    codec.begin(step.step(), step.epoch());
    for (int v = data.first(); v < data.last(); v++) {
      GradientSum found = gradient(parameters, train, v, step, array(), progress);
      if (step.learns()) sum.add(v, coded(v, step.step(), found));
      else sum.add(v, rounded(found));
    }
    return part(sum, System.nanoTime() - start, 0);
  }

  /** Lets the range's workers take local steps. The arrays are as those of {@link #gradient}. */
  public synchronized Local round(float[] parameters, Normalizer normalizer, Round round) {
    Batches train = begin(normalizer, round.steps().get(0).epoch());
    TreeSum<GradientSum> sum = new TreeSum<>(sampler.workers(), this::add);
    List<TreeSum<float[]>> slots = new ArrayList<>();
    codec.begin(round.steps().get(0).step(), round.steps().get(0).epoch());
    long start = System.nanoTime();
    for (int v = data.first(); v < data.last(); v++) {
      int worker = v;
      Replicas.Gradient gradient =
          (replica, step, into) -> {
            lookAhead(worker, step, round);
            return gradient(replica, train, worker, step, into, NOBODY);
          };
      GradientSum moved = replicas().steps(v - data.first(), parameters, round, gradient, array());
      if (round.rule() == LocalSlots.AVERAGE) addSlots(slots, v, moved.weight());
      GradientSum sent = coded(v, round.steps().get(0).step(), moved);
      if (round.elasticity() > 0 && sent.weight() > 0) replicas.comeBack(round.elasticity(), sent);
      sum.add(v, sent);
    }
    Part moved = part(sum, System.nanoTime() - start, replicas.takeUpdateNanos());
    List<List<TreeSum.Node<float[]>>> nodes = new ArrayList<>();
    for (TreeSum<float[]> slot : slots) nodes.add(slot.nodes());
    return new Local(moved, nodes);
  }

  private GradientSum rounded(GradientSum of) {
    codec.round(of.values());
    return of;
  }

  private GradientSum coded(int worker, long step, GradientSum of) {
    if (of.count() > 0) codec.code(worker, step, of.values());
    else codec.nothing(worker);
    return of;
  }

  private Replicas replicas() {
    if (replicas == null) replicas = new Replicas(model.layout(), seed, data.last() - data.first());
    return replicas;
  }

  /** The first worker of the range. */
  public int first() {
    return data.first();
  }

  /** After its last worker. */
  public int last() {
    return data.last();
  }

  /**
   * Perhaps the replica, and the optimizer slots, that each worker keeps between rounds, copied.
   */
  public synchronized float[][][] kept() {
    return replicas().kept();
  }

  /**
   * Takes over what {@link #kept} gave, of a range of the same workers.
   *
   * @param hasReplicas whether each worker has its replica, then slots
   */
  public synchronized void keep(float[][][] kept, OptimizerSpec spec, boolean hasReplicas) {
    replicas().keep(kept, spec, hasReplicas);
  }

  /** What the exchange's codec keeps of each worker of the range between steps, copied. */
  public synchronized float[][][] residuals() {
    float[][][] all = new float[last() - first()][][];
    for (int i = 0; i < all.length; i++) all[i] = codec.kept(first() + i);
    return all;
  }

  /** Takes over what {@link #residuals()} gave, of a range of the same workers. */
  public synchronized void residuals(float[][][] all) {
    for (int i = 0; i < all.length; i++) codec.keep(first() + i, all[i]);
  }

  /** By worker of the range: the sum of squares of its residual. */
  synchronized double[] residualSquares() {
    return Arrays.stream(residuals()).mapToDouble(codec::residualSquares).toArray();
  }

  /** What becomes of the vectors of the range's workers. */
  Codec codec() {
    return codec;
  }

  /** Whether {@link #residuals()} has anything to say. */
  boolean keepsResiduals() {
    return codec.keeps();
  }

  private void addSlots(List<TreeSum<float[]>> sums, int worker, double weight) {
    float[][] slots = replicas.slots((float) weight);
    for (int k = 0; k < slots.length; k++) {
      if (k == sums.size()) sums.add(new TreeSum<>(sampler.workers(), WorkerRange::add));
      sums.get(k).add(worker, slots[k]);
    }
  }

  /** Adds the right vector into the left one. */
  public static float[] add(float[] left, float[] right) {
    Floats.add(left, right, 0, left.length);
    return left;
  }

  private Batches begin(Normalizer normalizer, int epoch) {
    checkOpen();
    reshuffle(epoch);
    inputNanos = 0;
    computeNanos = 0;
    return train(normalizer);
  }

  /** Examples may not be there any more. */
  private void checkOpen() {
    if (closed) throw new IllegalStateException("this range of workers is closed");
  }

  /** Begins to fetch the examples of the next step, if it is of the epoch that is going on. */
  private void lookAhead(StepRange step) {
    if (!ahead.isNeeded()) return;
    ahead.keep(step, announced);
    if (announced.isEmpty() || announced.epoch() != ordersEpoch) return;
    for (int v = data.first(); v < data.last(); v++) lookAhead(v, announced);
  }

  /** Likewise those of a worker's next step in a round, or of the next worker's first. */
  private void lookAhead(int worker, StepRange step, Round round) {
    if (!ahead.isNeeded()) return;
    ahead.keep(step, step);
    int next = round.steps().indexOf(step) + 1;
    if (next < round.steps().size()) lookAhead(worker, round.steps().get(next));
    else if (worker + 1 < data.last()) lookAhead(worker + 1, round.steps().get(0));
  }

  private void lookAhead(int worker, StepRange step) {
    int to = local(step.to(), worker);
    ahead.begin(worker, step, order(worker, to), local(step.from(), worker), to);
  }

  private Batches train(Normalizer normalizer) {
    return new Batches(data.train().examples(), normalizer, data.classes());
  }

  private Part part(TreeSum<GradientSum> sum, long nanos, long updates) {
    long rest = nanos - inputNanos - computeNanos - updates;
    return new Part(sum.nodes(), inputNanos, computeNanos, rest, updates);
  }

  /** Gives arrays back that are not used any more. */
  public synchronized void release(Part part) {
    part.nodes().forEach(node -> free.push(node.value().values()));
  }

  private GradientSum add(GradientSum left, GradientSum right) {
    GradientSum sum = rounded(GradientSum.add(left, right));
    free.push(right.values());
    return sum;
  }

  /** Assembles the first worker's batch of the announced step, if that is of this epoch. */
  synchronized void prepare(Normalizer normalizer) {
    checkOpen();
    StepRange next = announced;
    if (next.isEmpty() || next.epoch() != ordersEpoch) return;
    MiniBatch now = batch;
    batch = spare;
    MiniBatch filled = assemble(train(normalizer), data.first(), next);
    batch = now;
    spare = filled;
    prepared = next;
  }

  /** The batch of a worker, perhaps prepared. */
  private MiniBatch fill(Batches train, int worker, StepRange step) {
    if (worker != data.first() || !step.equals(prepared)) return assemble(train, worker, step);
    MiniBatch filled = spare;
    spare = batch;
    batch = filled;
    prepared = null;
    return filled;
  }

  private MiniBatch assemble(Batches train, int worker, StepRange step) {
    int from = local(step.from(), worker);
    int to = local(step.to(), worker);
    if (ahead.isNeeded()) ahead.await(worker, step, order(worker, to), from, to);
    return assemble(train, worker, from, to, new MiniBatch.Draw(seed, step.step(), worker));
  }

  private MiniBatch assemble(Batches train, int worker, int from, int to, MiniBatch.Draw draw) {
    MiniBatch into = batch(to - from);
    train.fillToLearn(into, order(worker, to), from, to, draw);
    return into;
  }

  /** As the sampler's, but positions beyond the epoch count on in the next. */
  private int local(int position, int worker) {
    int beyond = Math.max(0, position - sampler.examples());
    return sampler.local(position, worker) + sampler.local(beyond, worker);
  }

  /** A worker's order of the epoch, with that of the next behind it where a step needs it. */
  private int[] order(int worker, int to) {
    int place = worker - data.first();
    int own = sampler.examples(worker);
    if (to > orders[place].length) {
      int[] next = ordered(ordersEpoch + 1, worker);
      orders[place] = Arrays.copyOf(orders[place], own + next.length);
      System.arraycopy(next, 0, orders[place], own, next.length);
    }
    return orders[place];
  }

  private GradientSum gradient(
      float[] parameters,
      Batches train,
      int worker,
      StepRange step,
      float[] values,
      ObjIntConsumer<float[]> progress) {
    long start = System.nanoTime();
    MiniBatch filled = fill(train, worker, step);
    long assembled = System.nanoTime();
    GradientSum sum = gradient(parameters, filled, worker, values, progress);
    if (step.norms() && sum.count() > 0)
      sum = sum.with(norms(parameters, train, worker, step, sum));
    inputNanos += assembled - start;
    computeNanos += System.nanoTime() - assembled;
    return sum;
  }

  private GradientSum gradient(
      float[] parameters,
      MiniBatch filled,
      int worker,
      float[] values,
      ObjIntConsumer<float[]> progress) {
    if (filled.count() == 0) {
      Arrays.fill(values, 0f);
      return new GradientSum(values, 0, 0, ShardNorms.NONE, GradientSum.NONE);
    }
    double loss =
        function().gradient(parameters, filled, values, from -> progress.accept(values, from));
    int diverged = Double.isFinite(loss) ? GradientSum.NONE : worker;
    return new GradientSum(
        values, loss, filled.count(), filled.weight(), ShardNorms.NONE, diverged);
  }

  /** Of a worker's gradient; where no other worker has examples, of those of its batch's halves. */
  private ShardNorms norms(
      float[] parameters, Batches train, int worker, StepRange step, GradientSum found) {
    boolean alone = found.count() == step.to() - step.from();
    if (!alone || !NoiseMeter.isHalved((int) found.count()))
      return NoiseMeter.norms(model.layout(), found.values(), found.count());
    int from = local(step.from(), worker);
    int to = local(step.to(), worker);
    int middle = from + (to - from) / 2;
    // The halves are workers of their own, with random numbers that no worker has.
    int others = sampler.workers();
    float[] values = array();
    ShardNorms norms = ShardNorms.NONE;
    for (int half = 0; half < 2; half++) {
      var draw = new MiniBatch.Draw(seed, step.step(), others + half);
      int begin = half == 0 ? from : middle;
      MiniBatch examples = assemble(train, worker, begin, half == 0 ? middle : to, draw);
      GradientSum sum = gradient(parameters, examples, worker, values, NOBODY);
      norms = norms.plus(NoiseMeter.norms(model.layout(), values, sum.count()));
    }
    free.push(values);
    return norms;
  }

  private float[] array() {
    return free.isEmpty() ? new float[model.layout().size()] : free.pop();
  }

  /** Statistics of the workers' training features, as summed subtrees. */
  public synchronized List<TreeSum.Node<FeatureStatistics>> statistics() {
    checkOpen();
    return data.statistics(sampler.workers());
  }

  /** Likewise of their targets and weights, as {@link FeatureStatistics#ofTargets} has them. */
  public synchronized List<TreeSum.Node<FeatureStatistics>> targetStatistics() {
    checkOpen();
    return data.targetStatistics(sampler.workers());
  }

  /** Counts digits in cells of the workers' training examples. */
  public synchronized long[] count(DigitCount digits) {
    checkOpen();
    return data.count(digits);
  }

  /** Evaluates the range's share of the examples of a subset. */
  public List<TreeSum.Node<Evaluation>> evaluate(
      float[] parameters, Normalizer normalizer, Subset subset) {
    return evaluate(parameters, normalizer, subset, ScoreCounts.NONE);
  }

  /**
   * As the other.
   *
   * @param scores gets those of the examples; other threads may add to it at the same time
   */
  public synchronized List<TreeSum.Node<Evaluation>> evaluate(
      float[] parameters, Normalizer normalizer, Subset subset, ScoreCounts scores) {
    checkOpen();
    TreeSum<Evaluation> sum = new TreeSum<>(sampler.workers(), Evaluation::merged);
    WorkerData.Part part = data.of(subset);
    Batches batches = new Batches(part.examples(), normalizer);
    for (int v = data.first(); v < data.last(); v++) {
      sum.add(v, evaluate(parameters, batches, part.rows()[v - data.first()], scores));
    }
    return sum.nodes();
  }

  private Evaluation evaluate(float[] parameters, Batches batches, int[] rows, ScoreCounts scores) {
    Evaluation found = emptyEvaluation();
    float[] outputs = new float[EVALUATION_BATCH * model.outputs()];
    batches
        .examples()
        .visit(
            rows,
            EVALUATION_BATCH,
            (from, to) -> {
              MiniBatch into = batch(EVALUATION_BATCH);
              batches.fill(into, rows, from, to, new MiniBatch.Draw(seed, 0, 0));
              function().outputs(parameters, into, outputs);
              batches.normalizer().targets().restore(outputs, to - from);
              found.add(into, outputs);
              scores.add(into, outputs);
            });
    return found;
  }

  /**
   * Of no examples.
   *
   * @param wanted whether scores are to be counted, as far as there are classes
   */
  public ScoreCounts emptyScores(boolean wanted) {
    return wanted && labelled() ? ScoreCounts.of(model.outputs()) : ScoreCounts.NONE;
  }

  /** Of no examples. */
  Evaluation emptyEvaluation() {
    return labelled()
        ? Evaluation.ofClasses(model.loss(), model.outputs())
        : Evaluation.ofTargets(model.loss(), model.outputs());
  }

  /** The one batch, with room for at least this many examples. */
  private MiniBatch batch(int capacity) {
    if (batch == null || batch.capacity() < capacity) {
      batch =
          labelled()
              ? MiniBatch.labelled(model.input(), capacity)
              : MiniBatch.targeted(model.input(), capacity, model.outputs());
    }
    return batch;
  }

  private boolean labelled() {
    return data.train().examples().targets() == 0;
  }

  private void reshuffle(int epoch) {
    if (epoch == ordersEpoch) return;
    orders =
        IntStream.range(data.first(), data.last())
            .mapToObj(v -> ordered(epoch, v))
            .toArray(int[][]::new);
    ordersEpoch = epoch;
  }

  /** Rows of the range's examples, in the order worker v visits them. */
  private int[] ordered(int epoch, int v) {
    int[] rows = data.train().rows()[v - data.first()];
    ExampleStore all = data.train().examples();
    return Arrays.stream(sampler.order(epoch, v, i -> all.label(rows[i])))
        .map(i -> rows[i])
        .toArray();
  }

  private GradientFunction function() {
    if (function == null) function = model.open();
    return function;
  }

  /** Ends the range: nothing can be asked of it any more. */
  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    if (function != null) function.close();
    function = null;
    hold.close();
  }
}
