/**
 * Optimizers, schedules and large-batch rules on the flat parameter vector, on the JDK and {@link
 * io.kudari.math} alone.
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
 *   <li>{@link io.kudari.optim.ScheduleSpec} and {@link io.kudari.optim.Schedule} give learning
 *       rate, momentum, batch size and local steps as functions of the step;
 *   <li>{@link io.kudari.optim.BatchRule} and {@link io.kudari.optim.AdaScale} fit the rate to the
 *       batch; {@link io.kudari.optim.GradientNoise} is what a step tells of the gradient's noise,
 *       {@link io.kudari.optim.NoiseScale} what many tell of the batch at which it matters;
 *   <li>{@link io.kudari.optim.Minimizer} is a second-order method for a full-batch {@link
 *       io.kudari.optim.Objective}.
 * </ul>
 *
 * <p>The chain of a recipe is, in this order: clipping, centralisation, noise, L2 and L1 on the
 * gradient; the recipe with the learning rate; decoupled weight decay; the descent; lookahead and
 * averages. Weight decay and trust ratios touch weights only, and statistics are left alone.
 */
package io.kudari.optim;
