package io.kudari.bench;

import io.kudari.ml.KudariClassificationModel;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import scala.Tuple3;

/**
 * A model applied as {@code ProbabilisticClassificationModel} does it when a subclass says no more
 * than what the raw prediction of one row is.
 */
final class RowByRow extends ProbabilisticClassificationModel<Vector, RowByRow> {

  private static final long serialVersionUID = 1;

  private final KudariClassificationModel model;

  RowByRow(KudariClassificationModel model) {
    this.model = model;
  }

  @Override
  public String uid() {
    return "rowByRow";
  }

  @Override
  public RowByRow copy(ParamMap extra) {
    return copyValues(new RowByRow(model), extra);
  }

  @Override
  public int numClasses() {
    return model.numClasses();
  }

  @Override
  public int numFeatures() {
    return model.numFeatures();
  }

  @Override
  public Vector predictRaw(Vector features) {
    return model.predictRaw(features);
  }

  @Override
  public Vector raw2probabilityInPlace(Vector raw) {
    return model.raw2probabilityInPlace(raw);
  }

  @Override
  @SuppressWarnings({"rawtypes", "unchecked"})
  public Tuple3 findSummaryModel() {
    return super.findSummaryModel();
  }
}
