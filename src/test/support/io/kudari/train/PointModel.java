package io.kudari.train;

import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.GradientFunction;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.model.Shape;
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
    public Description describe(Configuration hadoop, Schema schema) {
      return new Description(
          count,
          new Schema(SHAPE, 0, 1, List.of(), List.of(), List.of()),
          false,
          "points",
          List.of());
    }

    @Override
    public Examples load(Configuration hadoop, Schema schema, int[] wanted) {
      float[] values = new float[2 * wanted.length];
      for (int k = 0; k < values.length; k++) values[k] = (float) point(wanted[k / 2])[k % 2];
      return new Examples(SHAPE, null, values, null, new float[wanted.length], wanted.length);
    }
  }
}
