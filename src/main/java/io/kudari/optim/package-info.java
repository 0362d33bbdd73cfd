/**
 * Optimizers, schedules and large-batch rules on the flat parameter vector, on the JDK, {@link
 * io.kudari.math} and {@link io.kudari.setting} alone.
 *
 * <p>An optimizer is a recipe: a chain of small transforms from the mean gradient to what is
 * subtracted from the parameters, each a record of its hyperparameters and a loop.
 *
 * <ul>
 *   <li>{@link io.kudari.optim.OptimizerSpec} is a recipe's name and settings as configured; it
 *       lists all names, settings, defaults and sources;
 *   <li>{@link io.kudari.optim.Optimizer} is the chain at work on one slice of the vector, with its
 *       slots; slices are brought together by {@link io.kudari.optim.PartialSums}, and the bits do
 *       not depend on the slicing;
 *   <li>{@link io.kudari.optim.BatchRule} fits the rate to the batch;
 *   <li>each recipe lists its hyperparameters as {@link io.kudari.setting.Setting}.
 * </ul>
 *
 * <p>Besides: {@code schedule}, what changes with the step; {@code noise}, what gradients tell of
 * the batch; {@code fullbatch}, second-order methods.
 *
 * <p>The chain of a recipe is, in this order: clipping, centralisation, noise, L2 and L1 on the
 * gradient; the recipe with the learning rate; decoupled weight decay; the descent; lookahead and
 * averages. Weight decay and trust ratios touch weights only, and statistics are left alone.
 */
package io.kudari.optim;
