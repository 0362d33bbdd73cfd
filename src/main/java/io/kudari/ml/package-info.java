/**
 * Trained networks as stages of Spark ML.
 *
 * <ul>
 *   <li>{@link io.kudari.ml.KudariClassifier} and {@link io.kudari.ml.KudariRegressor} train on
 *       data frames: {@code Experiments} makes an experiment of {@link
 *       io.kudari.ml.TrainingParams}, {@code FrameTraining} runs it, {@code History} listens for
 *       what a {@link io.kudari.ml.TrainingSummary} tells;
 *   <li>{@link io.kudari.ml.KudariClassificationModel} and {@link
 *       io.kudari.ml.KudariRegressionModel} apply a model to data frames, streams and single
 *       vectors; {@code fromFolder} makes one of any run;
 *   <li>{@link io.kudari.ml.InferenceParams} has the params of how rows become examples, {@link
 *       io.kudari.ml.TargetParams} those of what a regression predicts;
 *   <li>{@code PixelInput} says how images and bytes are read, {@code Assembly} puts columns of
 *       numbers and vectors together for a training;
 *   <li>{@code TrainedNetwork} computes, {@code Features} reads rows, {@code Transformation} is
 *       what a task does, {@code ClassOutputs}, {@code ValueOutput} and {@code VectorOutput} say
 *       what is added to a row, {@code InternalRows} makes it a part of Spark's plan, {@code Plans}
 *       has what another major version of Spark has other types for;
 *   <li>{@code StageFiles} has a stage in files: Spark's metadata beside a model's folder;
 *   <li>{@code Uids} gives stages their names before their fields exist;
 *   <li>{@code kudari.py}, at the root of the jar, has the stages for PySpark.
 * </ul>
 *
 * <p>Spark's MLlib is needed to compile and run it, and for nothing else. Uses {@code run} and what
 * is below it.
 */
package io.kudari.ml;
