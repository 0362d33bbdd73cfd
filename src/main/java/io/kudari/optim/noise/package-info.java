/**
 * How much the gradients of small batches differ, and what follows from it.
 *
 * <ul>
 *   <li>{@link io.kudari.optim.noise.ShardNorms} are the norms of a step's gradients, {@link
 *       io.kudari.optim.noise.GradientNoise} what they tell of its noise;
 *   <li>{@link io.kudari.optim.noise.NoiseScale} is what many steps tell of the batch at which it
 *       matters, {@code RatioInterval} how surely;
 *   <li>{@link io.kudari.optim.noise.AdaScale} goes by it.
 * </ul>
 */
package io.kudari.optim.noise;
