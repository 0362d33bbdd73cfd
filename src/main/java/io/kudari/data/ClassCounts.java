package io.kudari.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How many examples of each class a split has.
 *
 * @param training by class
 * @param validation by class
 */
@SuppressWarnings("ArrayRecordComponent")
public record ClassCounts(int[] training, int[] validation) {

  private static final int SHOWN = 5;

  /**
   * Counts.
   *
   * @param labels class of each example of the source
   */
  public static ClassCounts of(Split split, int[] labels, int classes) {
    return new ClassCounts(
        count(split.training(), labels, classes), count(split.validation(), labels, classes));
  }

  private static int[] count(int[] ids, int[] labels, int classes) {
    int[] counts = new int[classes];
    for (int id : ids) counts[labels[id]]++;
    return counts;
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
    if (held.length == 1) {
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
