package io.kudari.ml;

import java.util.List;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * Params of how rows become examples, which estimators and models share. Public because Spark finds
 * params by calling their accessors, which it may only of a public type.
 *
 * <p>A param is its stage's name and its own: an accessor makes a new object, equal to the one
 * before.
 *
 * @param <S> the stage, which setters return
 */
public interface InferenceParams<S> extends Params {

  /** Value of {@code handleInvalid} that ends a job. */
  String ERROR = "error";

  /** Value of {@code handleInvalid} that leaves rows out. */
  String SKIP = "skip";

  /** Columns of features in their order, in the place of {@code featuresCol}. */
  default StringArrayParam featuresCols() {
    return new StringArrayParam(
        this,
        "featuresCols",
        "columns of numbers or booleans that make the features, in this order; when set,"
            + " featuresCol is not read");
  }

  /** What becomes of rows that have no usable features. */
  default Param<String> handleInvalid() {
    return new Param<>(
        this,
        "handleInvalid",
        "what to do with a row whose features are null, NaN or infinite: error ends the job, skip"
            + " leaves the row out",
        ParamValidators.inArray(List.of(ERROR, SKIP)));
  }

  /** Rows of one forward pass. */
  default IntParam inferBatchSize() {
    return new IntParam(
        this,
        "inferBatchSize",
        "how many rows a task applies the model to at once, within 1..65536",
        ParamValidators.inRange(1, 1 << 16));
  }

  /** Names of the columns of features, or an empty array. */
  default String[] getFeaturesCols() {
    return getOrDefault(featuresCols());
  }

  /** {@code error} or {@code skip}. */
  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  /** Rows of one forward pass. */
  default int getInferBatchSize() {
    return (Integer) getOrDefault(inferBatchSize());
  }

  /** Sets {@link #featuresCols}. */
  default S setFeaturesCols(String... names) {
    return with(featuresCols(), names);
  }

  /** Sets {@link #handleInvalid}. */
  default S setHandleInvalid(String value) {
    return with(handleInvalid(), value);
  }

  /** Sets {@link #inferBatchSize}. */
  default S setInferBatchSize(int rows) {
    return with(inferBatchSize(), rows);
  }

  @SuppressWarnings("unchecked")
  private <T> S with(Param<T> param, T value) {
    set(param, value);
    return (S) this;
  }
}
