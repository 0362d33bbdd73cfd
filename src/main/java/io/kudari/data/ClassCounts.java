package io.kudari.data;

import io.kudari.data.order.Division;
import io.kudari.data.order.KeyCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How many examples of each class a division has.
 *
 * @param training by class; where it is not certain, more than there are
 * @param validation by class; where it is not certain, fewer than there are
 * @param certain whether these are the numbers
 */
@SuppressWarnings("ArrayRecordComponent")
public record ClassCounts(long[] training, long[] validation, boolean certain) {

  private static final int SHOWN = 5;

  /**
   * Counts.
   *
   * @param division of examples
   * @param keys of these examples, by class
   */
  public static ClassCounts of(Division division, KeyCounts keys) {
    long[] held = new long[keys.groups()];
    boolean certain = true;
    if (division.goesByClass()) {
      for (int c = 0; c < held.length; c++) held[c] = division.held(c);
    } else {
      certain = count(division.held(), keys, held);
    }
    long[] training = new long[held.length];
    for (int c = 0; c < held.length; c++) training[c] = keys.total(c) - held[c];
    return new ClassCounts(training, held, certain);
  }

  /** Counts the classes of the first keys; of a bucket that is not whole it cannot. */
  private static boolean count(long first, KeyCounts keys, long[] held) {
    KeyCounts all = keys.together();
    long left = first;
    for (int b = 0; left > 0; b++) {
      if (all.count(0, b) > left) return false;
      left -= all.count(0, b);
      for (int c = 0; c < held.length; c++) held[c] += keys.count(c, b);
    }
    return true;
  }

  /**
   * One line about classes that cannot be learned, and a validation that looks at one class alone.
   *
   * @param names of the classes, or empty for their numbers
   */
  public Optional<String> warning(List<String> names) {
    IntFunction<String> name = c -> names.isEmpty() ? String.valueOf(c) : names.get(c);
    List<String> found = new ArrayList<>();
    int[] missing = IntStream.range(0, training.length).filter(c -> training[c] == 0).toArray();
    if (missing.length > 0) found.add(missing(missing, name));
    int[] held = IntStream.range(0, validation.length).filter(c -> validation[c] > 0).toArray();
    if (certain && held.length == 1) {
      found.add(
          "validation has examples of class "
              + name.apply(held[0])
              + " alone ("
              + validation[held[0]]
              + ")");
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", found));
  }

  private String missing(int[] classes, IntFunction<String> name) {
    String some =
        Arrays.stream(classes)
            .limit(SHOWN)
            .mapToObj(c -> name.apply(c) + " (" + validation[c] + " in validation)")
            .collect(Collectors.joining(", "));
    String more = classes.length > SHOWN ? " and " + (classes.length - SHOWN) + " more" : "";
    return "no training example of class " + some + more;
  }
}
