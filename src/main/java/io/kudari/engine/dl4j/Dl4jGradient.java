package io.kudari.engine.dl4j;

import io.kudari.engine.program.OutputLoss;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.GradientFunction;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.model.Shape;
import java.util.List;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Computes gradients with a Deeplearning4j network. Its updater, which would divide by the batch
 * size, clip and regularise, is never called: Deeplearning4j's flat gradient is then the plain sum.
 *
 * <p>Between calls the working memory of Deeplearning4j stays in workspaces of the calling thread,
 * which the thread's other networks share; it is freed when the thread ends.
 */
final class Dl4jGradient implements GradientFunction {

  private final Dl4jNetwork network;
  private final Layout layout;
  private final List<Segment> statistics;
  private final Loss loss;
  private final int outputs;
  private final long[] inputShape;
  private final int exampleSize;
  private final List<SeededDropout> dropouts;
  private INDArray features;
  private boolean closed;

  /**
   * Takes over a network.
   *
   * @param inputShape of one example as the network wants it
   */
  Dl4jGradient(Dl4jNetwork network, Layout layout, Loss loss, int outputs, long[] inputShape) {
    this.network = network;
    this.layout = layout;
    this.statistics = layout.segments().stream().filter(s -> s.role() == Role.STATISTIC).toList();
    this.loss = loss;
    this.outputs = outputs;
    this.inputShape = inputShape.clone();
    this.exampleSize = Math.toIntExact(LongStream.of(inputShape).reduce(1, Math::multiplyExact));
    this.dropouts = network.dropouts();
    if (network.parameters().dataType() == DataType.FLOAT) {
      OneDnn.accelerate(network.layers());
    }
  }

  /**
   * Parameters, their gradient, and the batch, beside which layers have arrays of their own. ND4J
   * takes its memory from the system itself.
   */
  static ModelSpec.Outside outside(Layout layout, Shape input) {
    long example = (long) input.size() * Float.BYTES;
    return new ModelSpec.Outside(2L * layout.size() * Float.BYTES, example, example, false);
  }

  @Override
  public double gradient(float[] parameters, MiniBatch batch, float[] sum) {
    OutputLoss.check(loss, batch);
    load(parameters);
    INDArray input = load(batch);
    for (SeededDropout dropout : dropouts) dropout.prepare(batch.draw());
    network.loss().prepare(batch);
    network.gradient().assign(0);
    network.backpropagate(input);
    NativeArrays.read(network.gradient(), sum, layout.size());
    network.clear();
    for (Segment s : statistics) assignable(parameters, batch.count(), sum, s);
    return network.loss().sum();
  }

  /**
   * Deeplearning4j treats running statistics as parameters whose gradient is (1 − decay) · (running
   * − batch), to be subtracted: running − gradient is the updated value.
   */
  private static void assignable(float[] parameters, int count, float[] sum, Segment s) {
    for (int i = s.offset(); i < s.end(); i++) {
      sum[i] = (float) (((double) parameters[i] - sum[i]) * count);
    }
  }

  @Override
  public void outputs(float[] parameters, MiniBatch batch, float[] out) {
    if (batch.count() == 0) return;
    load(parameters);
    INDArray input = load(batch);
    try (INDArray y = network.outputs(input)) {
      INDArray rows = y.ordering() == 'c' ? y : y.dup('c');
      NativeArrays.read(rows, out, batch.count() * outputs);
      if (rows != y) rows.close();
    }
    network.clear();
  }

  private void load(float[] parameters) {
    if (closed) throw new IllegalStateException("this gradient function is closed");
    if (parameters.length != layout.size()) {
      throw new IllegalArgumentException(
          "the model has " + layout.size() + " parameters, not " + parameters.length);
    }
    NativeArrays.write(parameters, parameters.length, network.parameters());
  }

  /** The batch's examples, in a buffer that grows with the largest batch seen. */
  private INDArray load(MiniBatch batch) {
    int count = batch.count();
    int size = batch.shape().size();
    if (size != exampleSize) {
      throw new IllegalArgumentException(
          "the model takes examples of " + exampleSize + " values, not " + batch.shape());
    }
    long[] shape = new long[inputShape.length + 1];
    System.arraycopy(inputShape, 0, shape, 1, inputShape.length);
    shape[0] = count;
    if (features == null || features.size(0) < count) {
      if (features != null) features.close();
      features = Nd4j.createUninitialized(network.parameters().dataType(), shape, 'c');
    }
    NativeArrays.write(batch.features(), count * size, features);
    return count == features.size(0) ? features : features.get(NDArrayIndex.interval(0, count));
  }

  @Override
  public void close() {
    if (closed) return;
    closed = true;
    network.clear();
    network.parameters().close();
    network.gradient().close();
    if (features != null) features.close();
  }
}
