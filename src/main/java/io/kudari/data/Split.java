package io.kudari.data;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.Arrays;

/**
 * Disjoint indices, ascending, that together are all of a source's examples.
 *
 * @param training indices to train on, at least one unless the source is empty
 * @param validation indices held out
 */
@SuppressWarnings("ArrayRecordComponent")
public record Split(int[] training, int[] validation) {

  /**
   * Holds out a random part: the nearest whole number to {@code examples × fraction}, but at least
   * one when a fraction is asked for, and never all of them.
   *
   * @param examples in the source, at least 0
   * @param fraction to hold out, within [0, 1)
   * @param seed the experiment's; another seed holds out other examples
   */
  public static Split of(int examples, double fraction, long seed) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new IllegalArgumentException("fraction must be within [0, 1), not " + fraction);
    }
    int held = (int) Math.round(examples * fraction);
    if (fraction > 0) held = Math.max(0, Math.min(examples - 1, Math.max(1, held)));
    int[] order = new RandomStream(seed, Purpose.SPLIT, 0, 0).permutation(examples);
    int[] validation = Arrays.copyOfRange(order, 0, held);
    int[] training = Arrays.copyOfRange(order, held, examples);
    Arrays.sort(validation);
    Arrays.sort(training);
    return new Split(training, validation);
  }
}
