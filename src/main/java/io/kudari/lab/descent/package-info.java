/**
 * Experiments on going down: what the optimizers do on functions whose answer is known.
 *
 * <ul>
 *   <li>{@link io.kudari.lab.descent.Surface} is a function with its gradient, {@link
 *       io.kudari.lab.descent.Walk} a point that one of Kudari's optimizers moves on it;
 *   <li>{@link io.kudari.lab.descent.Stepper} is what moves it, so that a test can put a wrong one
 *       there: each check must fail for the mistake that it names;
 *   <li>what is not about optimizers, such as conjugate gradients by their textbook formulas, is
 *       computed in double precision.
 * </ul>
 */
package io.kudari.lab.descent;
