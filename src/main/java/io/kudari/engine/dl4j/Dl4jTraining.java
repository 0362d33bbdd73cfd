package io.kudari.engine.dl4j;

import io.kudari.data.Batches;
import io.kudari.model.MiniBatch;
import io.kudari.model.MiniBatch.Draw;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What Deeplearning4j needs to train a network by itself, with its own losses, dropout and
 * updaters: for comparisons with it.
 */
public final class Dl4jTraining {

  private Dl4jTraining() {}

  /**
   * A network in Deeplearning4j's terms, whose flat parameter vector has the layout of {@link
   * NetworkSpec#layout()}.
   *
   * @param rules seed, updater and regularisation of all layers; changed by this
   */
  public static MultiLayerConfiguration configuration(
      NetworkSpec network, NeuralNetConfiguration.Builder rules) {
    Nd4jSetup.apply();
    return NetworkConfiguration.exported(network, rules.dataType(DataType.FLOAT));
  }

  /** Sets a network's parameters, in the order of the layout. */
  public static void write(float[] parameters, MultiLayerNetwork to) {
    NativeArrays.write(parameters, parameters.length, to.params());
  }

  /** The parameters of a network, in the order of the layout. */
  public static float[] parameters(MultiLayerNetwork of) {
    float[] values = new float[Math.toIntExact(of.numParams())];
    NativeArrays.read(of.params(), values, values.length);
    return values;
  }

  /** Loads ND4J and its native library in this process, if they are not there yet. */
  public static void load() {
    Nd4jSetup.apply();
    Nd4j.getExecutioner();
  }

  /**
   * Examples as Deeplearning4j takes them, normalised, classes as rows of zeros and a one: features
   * and labels of each batch, for {@link DataSetForm#dataSet}.
   *
   * @param rows of the examples, in the order wanted
   * @param batch examples of each set, the last may have fewer
   */
  public static List<float[][]> batches(
      NetworkSpec network, Batches examples, int[] rows, int batch) {
    Shape shape = examples.examples().shape();
    boolean classes = examples.examples().targets() == 0;
    MiniBatch room =
        classes
            ? MiniBatch.labelled(shape, batch)
            : MiniBatch.targeted(shape, batch, network.outputs());
    List<float[][]> sets = new ArrayList<>();
    for (int from = 0; from < rows.length; from += batch) {
      int to = Math.min(rows.length, from + batch);
      examples.fillToLearn(room, rows, from, to, new Draw(0, 0, 0));
      float[] features = Arrays.copyOf(room.features(), room.count() * shape.size());
      sets.add(new float[][] {features, labels(room, network.outputs())});
    }
    return sets;
  }

  private static float[] labels(MiniBatch batch, int outputs) {
    if (batch.labels == null) return Arrays.copyOf(batch.targets, batch.count() * outputs);
    float[] ones = new float[batch.count() * outputs];
    for (int i = 0; i < batch.count(); i++) ones[i * outputs + batch.labels[i]] = 1;
    return ones;
  }
}
