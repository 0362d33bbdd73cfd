package io.kudari.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.data.digits.DigitsSource;
import io.kudari.model.NetworkSpec;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * The child JVM that trains with libtorch, in one process: the start values, optimizer and examples
 * of {@link TrainingProcess}, as floats in memory, so that a step only gathers its rows.
 */
final class LibtorchProcess implements AutoCloseable {

  private final int batch;
  private final LibtorchNetwork network;
  private final PtNDArray features;
  private final PtNDArray labels;
  private final long[] order = IntStream.range(0, TrainingCase.EXAMPLES).asLongStream().toArray();
  private final Random random = new Random(TrainingCase.SEED);
  private int next = TrainingCase.EXAMPLES;

  private LibtorchProcess(TrainingCase problem) {
    this.batch = problem.globalBatch();
    NetworkSpec spec = BenchNetworks.ALL.get(TrainingCase.MODELS.get(problem.model()));
    this.network =
        new LibtorchNetwork(
            spec,
            spec.initial(TrainingCase.SEED),
            TrainingCase.MOMENTUM,
            TrainingCase.RATE / batch);
    Examples all =
        new DigitsSource(TrainingCase.EXAMPLES, TrainingCase.SEED)
            .load(new Configuration(), Schema.UNKNOWN, rows());
    float[] values = new float[TrainingCase.EXAMPLES * spec.input().size()];
    for (int i = 0; i < values.length; i++) values[i] = (all.bytes()[i] & 0xff) / 255f;
    NDManager memory = network.memory();
    this.features = array(memory.create(values, new Shape(order.length, spec.input().size())));
    long[] classes = LibtorchGradients.longs(all.labels());
    this.labels = array(memory.create(classes, new Shape(order.length, 1)));
  }

  /**
   * Trains.
   *
   * @param args the case; seconds to warm up and to measure; folder for libtorch's libraries;
   *     threads of an operator
   */
  public static void main(String[] args) throws Exception {
    LibtorchNetwork.load(args[5], Integer.parseInt(args[6]));
    try (LibtorchProcess process = new LibtorchProcess(TrainingCase.parse(Arrays.asList(args)))) {
      double first = process.step(true);
      SteadyState.awaitStart();
      process.train(Double.parseDouble(args[3]));
      long start = System.nanoTime();
      long steps = process.train(Double.parseDouble(args[4]));
      long nanos = System.nanoTime() - start;
      double last = process.step(true);
      if (!(last < first)) throw new IllegalStateException("loss " + first + ", then " + last);
      Rate.of(steps * process.batch, nanos, last).print();
    }
    System.exit(0);
  }

  /** Takes steps for some seconds, at least one; returns how many. */
  private long train(double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long steps = 0;
    do {
      double unused = step(false);
      steps++;
    } while (System.nanoTime() < end);
    return steps;
  }

  /** Takes a step; returns the mean loss before it where it is {@code wanted}, else NaN. */
  private double step(boolean wanted) {
    try (NDManager step = network.memory().newSubManager()) {
      PtNDArray rows = array(step.create(nextRows()));
      NDArray x = JniUtils.embedding(rows, features, false);
      NDArray y = JniUtils.embedding(rows, labels, false);
      double loss = wanted ? network.loss(x, y) : Double.NaN;
      network.step(x, y);
      return loss;
    }
  }

  /** The next batch of one shuffled epoch after the other; its incomplete last one is left out. */
  private long[] nextRows() {
    if (next + batch > order.length) {
      for (int i = order.length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        long swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
      }
      next = 0;
    }
    next += batch;
    return Arrays.copyOfRange(order, next - batch, next);
  }

  private static int[] rows() {
    return IntStream.range(0, TrainingCase.EXAMPLES).toArray();
  }

  private static PtNDArray array(NDArray array) {
    return (PtNDArray) array;
  }

  @Override
  public void close() {
    network.close();
  }
}
