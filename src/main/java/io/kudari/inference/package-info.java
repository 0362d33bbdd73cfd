/**
 * Trained models applied to sets: what {@code evaluate} and {@code predict} do.
 *
 * <ul>
 *   <li>{@link io.kudari.inference.LocalInference} does it in this process, on all cores; {@code
 *       ForwardPass} computes while it reads;
 *   <li>{@link io.kudari.inference.SparkInference} has tasks of Spark do it, by the splits of files
 *       or the partitions of a data frame: {@code PredictPass} is what travels to them, {@link
 *       io.kudari.inference.SparkPredictions} what they leave;
 *   <li>{@code Evaluator} evaluates in either, on examples that are dealt as while training, so
 *       that figures have the same bits;
 *   <li>{@link io.kudari.inference.Predictions} is the table of outputs, {@link
 *       io.kudari.inference.ParquetPredictions} writes it as Parquet.
 * </ul>
 */
package io.kudari.inference;
