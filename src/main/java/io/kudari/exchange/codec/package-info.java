/**
 * How a vector becomes fewer bytes, and bytes a vector again: one file a codec.
 *
 * <ul>
 *   <li>a {@link io.kudari.exchange.codec.VectorCodec} is an immutable value; {@link
 *       io.kudari.exchange.codec.Codecs#ALL} lists them, each with its settings;
 *   <li>what they see of a vector is {@link io.kudari.exchange.codec.Learned}: its learned segments
 *       one after the other, whole or by unit ({@link io.kudari.exchange.codec.Scale}), without
 *       running statistics, which are no gradients;
 *   <li>what is random in one is drawn by {@link io.kudari.exchange.codec.Draw}, so that who
 *       decodes can draw the same;
 *   <li>bytes are little-endian. Those that no encoder gives, of a wrong length, an index out of
 *       range or a number that is not finite, are refused with a {@link
 *       io.kudari.exchange.codec.CodecException}.
 * </ul>
 *
 * <p>Residuals and what a codec remembers of a worker are not here: they belong to whoever encodes.
 * A new codec is a file here and its line in the list.
 */
package io.kudari.exchange.codec;
