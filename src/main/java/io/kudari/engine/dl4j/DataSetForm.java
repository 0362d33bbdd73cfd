package io.kudari.engine.dl4j;

import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The shape of examples as Deeplearning4j takes them, which makes a set of plain numbers where it
 * is trained.
 *
 * @param features sizes of one example's features: one, or channels, height and width
 * @param outputs numbers an example's label or targets have
 */
@SuppressWarnings("ArrayRecordComponent")
public record DataSetForm(long[] features, int outputs) implements java.io.Serializable {

  /** Of what a network takes and gives. */
  public static DataSetForm of(NetworkSpec network) {
    Shape in = network.input();
    long[] features =
        NetworkConfiguration.takesImages(network)
            ? new long[] {in.channels(), in.height(), in.width()}
            : new long[] {in.size()};
    return new DataSetForm(features, network.outputs());
  }

  /**
   * A set of examples, in memory of its own.
   *
   * @param values features and labels of as many examples as there are labels for, one after
   *     another
   */
  public DataSet dataSet(float[][] values) {
    Nd4jSetup.apply();
    long count = values[1].length / outputs;
    long[] shape = LongStream.concat(LongStream.of(count), LongStream.of(features)).toArray();
    return new DataSet(array(values[0], shape), array(values[1], count, outputs));
  }

  private static INDArray array(float[] values, long... shape) {
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
    NativeArrays.write(values, values.length, array);
    return array;
  }
}
