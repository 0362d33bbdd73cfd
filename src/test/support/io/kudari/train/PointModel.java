package io.kudari.train;

import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.ExampleStore;
import io.kudari.data.Shards;
import io.kudari.data.SourceReader;
import io.kudari.data.Task;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.GradientFunction;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.model.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * The point c nearest to all examples x, which is their mean: the loss of one is ½‖c − x‖², its
 * gradient c − x. A running mean of x₀ stands for a batch normalisation's.
 */
record PointModel() implements ModelSpec {

  /** What a step leaves of the running mean. */
  static final double KEPT = 0.75;

  private static final Shape SHAPE = new Shape(1, 1, 2);

  @Override
  public Layout layout() {
    return new Layout(
        List.of(
            new Segment("point", 0, List.of(2), Role.WEIGHT),
            new Segment("mean", 2, List.of(1), Role.STATISTIC)));
  }

  @Override
  public Shape input() {
    return SHAPE;
  }

  @Override
  public int outputs() {
    return 1;
  }

  @Override
  public Loss loss() {
    return Loss.MEAN_SQUARED_ERROR;
  }

  @Override
  public float[] initial(long seed) {
    return new float[3];
  }

  @Override
  public GradientFunction open() {
    return new Gradient();
  }

  /** The example of an index: all lie right of and above the start. */
  static double[] point(int id) {
    return new double[] {2 + id % 7 / 4.0, 3 + id % 5 * id / 8.0};
  }

  private static final class Gradient implements GradientFunction {

    @Override
    public double gradient(float[] parameters, MiniBatch batch, float[] sum) {
      double loss = 0;
      double[] point = new double[2];
      for (int k = 0; k < 2 * batch.count(); k++) point[k % 2] += batch.features()[k];
      for (int k = 0; k < 2 * batch.count(); k++) {
        double off = parameters[k % 2] - batch.features()[k];
        loss += off * off / 2;
      }
      for (int i = 0; i < 2; i++) sum[i] = (float) (batch.count() * parameters[i] - point[i]);
      sum[2] = (float) (KEPT * batch.count() * parameters[2] + (1 - KEPT) * point[0]);
      return loss;
    }

    @Override
    public void outputs(float[] parameters, MiniBatch batch, float[] outputs) {
      for (int k = 0; k < batch.count(); k++) outputs[k] = parameters[0];
    }

    @Override
    public void close() {}
  }

  /** The points of the first indices. */
  record Points(int count) implements ExampleSource {

    @Override
    public String name() {
      return "points";
    }

    @Override
    public Task task() {
      return Task.REGRESSION;
    }

    @Override
    public void read(Configuration hadoop, ExampleSink into) {
      into.begin(SHAPE, false, 0, 1);
      for (int i = 0; i < count && !into.finished(); i++) into.add(point(i), new double[1]);
    }
  }

  private static double[] point(ExampleStore from, int row) {
    float[] point = new float[2];
    from.features(row, point, 0);
    return new double[] {point[0], point[1]};
  }

  /** The points that a worker trains on in an epoch, in the order it visits them. */
  static double[][] visited(DataPlan data, int worker, int epoch) {
    try {
      Shards own =
          data.dealing(new SourceReader(new Configuration(false))).deal(worker, worker + 1);
      int[] rows = own.training()[0];
      return Arrays.stream(data.sampler().order(epoch, worker, row -> 0))
          .map(i -> rows[i])
          .mapToObj(row -> point(own.examples(), row))
          .toArray(double[][]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
