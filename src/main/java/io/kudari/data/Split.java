package io.kudari.data;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Disjoint indices, ascending, that together are all of a source's examples. Both ways to split are
 * pure functions of their arguments.
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
    int held = held(examples, fraction);
    int[] order = new RandomStream(seed, Purpose.SPLIT, 0, 0).permutation(examples);
    int[] validation = Arrays.copyOfRange(order, 0, held);
    int[] training = Arrays.copyOfRange(order, held, examples);
    Arrays.sort(validation);
    Arrays.sort(training);
    return new Split(training, validation);
  }

  private static int held(int examples, double fraction) {
    int held = (int) Math.round(examples * fraction);
    return fraction > 0 ? Math.max(0, Math.min(examples - 1, Math.max(1, held))) : held;
  }

  /**
   * Holds out as many, the share of each class: {@code count × fraction} of its examples rounded
   * down or up, so that the sum is right, but never all of them. Where the largest fractions of an
   * example are equal, the class whose first example comes first in a random order is rounded up.
   * Only when every class has one example is nothing held out though a fraction is asked for.
   *
   * @param labels class of each example
   * @param classes more than any label
   * @param fraction to hold out, within [0, 1)
   * @param seed the experiment's; another seed holds out other examples
   */
  public static Split stratified(int[] labels, int classes, double fraction, long seed) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new IllegalArgumentException("fraction must be within [0, 1), not " + fraction);
    }
    int[] order = new RandomStream(seed, Purpose.SPLIT, 0, 0).permutation(labels.length);
    int[] quotas = quotas(labels, classes, order, fraction);
    int held = Arrays.stream(quotas).sum();
    int[] validation = new int[held];
    int[] training = new int[labels.length - held];
    int v = 0;
    int t = 0;
    for (int id : order) {
      if (quotas[labels[id]]-- > 0) validation[v++] = id;
      else training[t++] = id;
    }
    Arrays.sort(validation);
    Arrays.sort(training);
    return new Split(training, validation);
  }

  /** How many of each class to hold out. */
  private static int[] quotas(int[] labels, int classes, int[] order, double fraction) {
    int[] counts = new int[classes];
    List<Integer> appearance = new ArrayList<>();
    for (int id : order) if (counts[labels[id]]++ == 0) appearance.add(labels[id]);
    int[] quotas = new int[classes];
    for (int c = 0; c < classes; c++) {
      quotas[c] = Math.max(0, Math.min(counts[c] - 1, (int) (counts[c] * fraction)));
    }
    int left = held(labels.length, fraction) - Arrays.stream(quotas).sum();
    List<Integer> byRemainder =
        appearance.stream()
            .filter(c -> quotas[c] < counts[c] - 1)
            .sorted(Comparator.comparingDouble(c -> quotas[c] - counts[c] * fraction))
            .toList();
    for (int c : byRemainder.subList(0, Math.max(0, Math.min(left, byRemainder.size())))) {
      quotas[c]++;
    }
    return quotas;
  }
}
