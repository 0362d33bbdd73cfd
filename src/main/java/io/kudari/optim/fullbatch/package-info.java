/**
 * Methods that look at all examples in every step.
 *
 * <ul>
 *   <li>{@link io.kudari.optim.fullbatch.Minimizer} is a method for an {@link
 *       io.kudari.optim.fullbatch.Objective}: {@code ConjugateGradients}, {@code
 *       LimitedMemoryBfgs}, {@code CoordinateDescent};
 *   <li>{@code LineSearch} finds how far to go.
 * </ul>
 */
package io.kudari.optim.fullbatch;
