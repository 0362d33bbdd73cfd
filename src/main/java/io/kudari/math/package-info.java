/**
 * Numbers and where they lie, on the JDK alone.
 *
 * <ul>
 *   <li>{@link io.kudari.math.Layout} names the {@link io.kudari.math.Segment segments} of the one
 *       flat parameter vector and cuts it into blocks, on which every norm and every distribution
 *       over ranks is based;
 *   <li>{@link io.kudari.math.RandomStream} is the counter-based source of all randomness: initial
 *       parameters, shuffling, dropout, generated data;
 *   <li>{@link io.kudari.math.Floats} holds the float kernels, {@link io.kudari.math.VectorSource}
 *       is a vector that is worked out block by block as it is read;
 *   <li>{@link io.kudari.math.ExactSum} is a sum whose bits depend on no order.
 * </ul>
 *
 * <p>Everything here is deterministic: the same arguments give the same bits on every machine.
 */
package io.kudari.math;
