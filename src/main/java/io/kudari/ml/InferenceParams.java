package io.kudari.ml;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import scala.Function1;

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

  /** A validator that Spark can serialise with its param. */
  interface Rule<T> extends Function1<T, Object>, java.io.Serializable {}

  /** Columns of features in their order, in the place of {@code featuresCol}. */
  default StringArrayParam featuresCols() {
    return new StringArrayParam(
        this,
        "featuresCols",
        "columns of numbers, booleans, vectors or arrays of numbers that make the features, one"
            + " after the other; when set, featuresCol is not read");
  }

  /** Channels, height and width of pixels. */
  default IntArrayParam inputShape() {
    Rule<int[]> ofShape =
        lengths ->
            lengths.length == 0
                || (lengths.length == 3
                    && Arrays.stream(lengths).allMatch(n -> n > 0)
                    && (long) lengths[0] * lengths[1] <= Integer.MAX_VALUE / lengths[2]);
    return new IntArrayParam(
        this,
        "inputShape",
        "channels, height and width of features that are pixels: bytes of binary are the channels"
            + " one after another, each row by row, and images are scaled to it, with 1 channel"
            + " made grey; when empty, bytes are a flat row, and images of three channels as large"
            + " as they are",
        ofShape);
  }

  /** What becomes of rows that have no usable features. */
  default Param<String> handleInvalid() {
    return new Param<>(
        this,
        "handleInvalid",
        "what to do with a row whose features are null, NaN, infinite or pixels that cannot be"
            + " read: error ends the job, skip leaves the row out",
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

  /** Channels, height and width, or an empty array. */
  default int[] getInputShape() {
    return getOrDefault(inputShape());
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

  /** Sets {@link #inputShape}. */
  default S setInputShape(int... lengths) {
    return with(inputShape(), lengths);
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
