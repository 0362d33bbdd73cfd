package io.kudari.model;

import io.kudari.math.RandomStream;

/** The one definition of dropout masks, used by every engine. */
public final class DropoutMask {

  private DropoutMask() {}

  /**
   * Fills {@code mask[0..length)} with 0 (probability {@code rate}) and 1 / (1 − rate) (otherwise).
   *
   * <p>Element {@code example × units + unit} is decided by word number that of the stream {@code
   * (seed, DROPOUT, layer · 2³² + step, worker)}: it is dropped when the word, as an unsigned
   * number, is below rate · 2³². A mask is thus a function of seed, step, worker, layer, example
   * and unit.
   *
   * @param mask overwritten; {@code length} is examples × units, in row-major order
   * @param draw of the batch; the step below 2³²
   * @param layer index of the layer in its network, from 0
   * @param rate within [0, 1)
   */
  public static void fill(float[] mask, int length, MiniBatch.Draw draw, int layer, double rate) {
    long name = ((long) layer << 32) | (draw.step() & 0xFFFFFFFFL);
    RandomStream words =
        new RandomStream(draw.seed(), RandomStream.Purpose.DROPOUT, name, draw.worker());
    int threshold = (int) (long) (rate * 0x1.0p32);
    float kept = (float) (1 / (1 - rate));
    for (int i = 0; i < length; i++) {
      mask[i] = Integer.compareUnsigned(words.nextInt(), threshold) < 0 ? 0 : kept;
    }
  }
}
