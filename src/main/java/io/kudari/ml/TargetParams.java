package io.kudari.ml;

import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * Params of what a regression predicts. Public as {@link InferenceParams}.
 *
 * @param <S> the estimator, which setters return
 */
public interface TargetParams<S> extends Params {

  /** Columns of targets in their order, in the place of {@code labelCol}. */
  default StringArrayParam labelCols() {
    return new StringArrayParam(
        this,
        "labelCols",
        "columns of numbers that are predicted together; when set, labelCol is not read, and"
            + " predictions of more than one are vectors");
  }

  /** Names of the columns of targets, or an empty array. */
  default String[] getLabelCols() {
    return getOrDefault(labelCols());
  }

  /** Sets {@link #labelCols}. */
  @SuppressWarnings("unchecked")
  default S setLabelCols(String... names) {
    set(labelCols(), names);
    return (S) this;
  }
}
