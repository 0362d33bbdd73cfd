/**
 * What a step is. Each algorithm is a value of the plan, an {@link io.kudari.train.AlgorithmSpec},
 * and opens an {@link io.kudari.train.Algorithm} for a loop; {@link
 * io.kudari.train.algorithm.Algorithms#ALL} lists them.
 *
 * <ul>
 *   <li>{@link io.kudari.train.algorithm.GradientSharing}: synchronous gradient descent, the one to
 *       read first;
 *   <li>{@link io.kudari.train.algorithm.ParameterAveraging}: local steps and means, as {@code
 *       Rounds}, of which an outer optimizer may make a step, {@code OuterStep};
 *   <li>{@link io.kudari.train.algorithm.ElasticAveraging}: local steps from parameters of one's
 *       own, drawn to a centre;
 *   <li>{@link io.kudari.train.algorithm.DelayedGradients}: updates by gradients of some steps
 *       before;
 *   <li>{@link io.kudari.train.algorithm.FullBatchDescent}: second-order recipes on the {@code
 *       FullBatch} loss.
 * </ul>
 *
 * <p>A new algorithm is a file here and its line in the list. It sees the workers through {@link
 * io.kudari.train.Workers}, so it runs by every strategy.
 */
package io.kudari.train.algorithm;
