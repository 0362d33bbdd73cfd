package io.kudari.engine.program;

import io.kudari.math.Segment;
import java.util.List;

/**
 * One step of a {@link Program}, with its buffers. Activations are {@code count × size} floats in
 * row-major order; images lie channels-last, {@code count × height × width × channels}. Buffers
 * grow with the largest batch seen, and may be longer than what is in them.
 */
interface Operation {

  /**
   * Computes the outputs.
   *
   * @param in stays untouched until this pass's backward is over
   * @return a buffer of this operation, or {@code in} itself
   */
  float[] forward(Pass pass, float[] in);

  /**
   * Computes the derivative of the loss by the inputs, and writes that by this operation's
   * parameters into the pass's sum.
   *
   * @param gradient derivative of the loss by the outputs of the last forward; may be overwritten
   * @param wanted whether the derivative by the inputs is needed
   * @return the derivative by the inputs; unspecified unless wanted
   */
  float[] backward(Pass pass, float[] gradient, boolean wanted);

  /** The parameters it uses. */
  default List<Segment> segments() {
    return List.of();
  }
}
