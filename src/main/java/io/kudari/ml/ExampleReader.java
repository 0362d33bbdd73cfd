package io.kudari.ml;

import io.kudari.data.DataException;
import io.kudari.data.Offsets;
import io.kudari.spark.data.RowFeatures;
import org.apache.spark.sql.catalyst.InternalRow;

/** Reads rows as the floats that a model was trained with. For one thread. */
final class ExampleReader {

  private final Features features;
  private final TrainedNetwork network;
  private final RowFeatures columns;
  private final Offsets offsets;

  /** Whether nothing is known of features but their number. */
  private final boolean plain;

  /** Of rows for a model. */
  ExampleReader(Features features, TrainedNetwork network) {
    this.features = features;
    this.network = network;
    this.columns = features.open();
    this.offsets = network.saved().normalizer().offsets();
    this.plain = offsets.isNone() && !network.hasFlags();
  }

  /**
   * Reads the features of a row, less their offsets.
   *
   * @param at where they begin
   * @return whether the row is an example; otherwise it is to be left out, and anything is written
   * @throws DataException when it is none, and is not to be left out
   */
  boolean read(InternalRow row, float[] to, int at) {
    if (plain && columns.copy(row, network.features(), to, at)) return true;
    double[] example = features.read(columns, row);
    if (example == null || !isRight(example)) return false;
    offsets.less(example, to, at);
    return true;
  }

  private boolean isRight(double[] example) {
    String wrong = network.wrongOrNull(example);
    if (wrong == null || features.skip()) return wrong == null;
    throw new DataException(wrong + Features.SKIPS);
  }
}
