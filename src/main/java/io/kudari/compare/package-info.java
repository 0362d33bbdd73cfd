/**
 * This project beside another: the same model and the same examples, trained by both in one
 * command, evaluated by the same code, told in one table.
 *
 * <ul>
 *   <li>{@link io.kudari.compare.Dl4jComparison} runs both; {@link
 *       io.kudari.compare.ComparisonTable} is what is seen of it, of a {@link
 *       io.kudari.compare.Side} each;
 *   <li>{@code Dl4jAveraging} has Deeplearning4j's {@code ParameterAveragingTrainingMaster} in the
 *       place of an algorithm, so that events, evaluation and results are those of any run: {@code
 *       PlacedBatches} has what each of its workers trains, and {@code Minibatches} counts what
 *       they trained; {@code AveragingSettings} says what its settings are for an experiment, or
 *       what it lacks, and {@code Updaters} does so for optimizers.
 * </ul>
 *
 * <p>It needs Deeplearning4j, ND4J and dl4j-spark, which are optional: nothing else here does.
 */
package io.kudari.compare;
