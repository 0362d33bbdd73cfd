package io.kudari.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Numbers the classes of a set whose labels are names. When the names are not known beforehand, a
 * name gets a number at its first appearance, and in the end the names are sorted: as numbers when
 * all are whole numbers, as text otherwise. Not thread-safe.
 */
final class ClassNames {

  /** Labels of more distinct values than this are measurements, not classes. */
  static final int MOST = 1 << 16;

  private static final int LONGEST = 1000;

  private final boolean known;
  private final List<String> names;
  private final Map<String, Integer> numbers = new HashMap<>();

  /**
   * @param known all names, in their order, or empty to find them in the data
   */
  ClassNames(List<String> known) {
    this.known = !known.isEmpty();
    this.names = new ArrayList<>(known);
    for (int i = 0; i < known.size(); i++) numbers.put(known.get(i), i);
    if (numbers.size() != known.size()) {
      throw new IllegalArgumentException("class names must differ: " + known);
    }
  }

  /**
   * The number of a label's class: final when the names were known, else by first appearance.
   *
   * @throws IllegalArgumentException when it is none of the known, there are too many, or it is no
   *     name; the message is the rule, for the caller to add the place
   */
  int number(String label) {
    Integer number = numbers.get(label);
    if (number != null) return number;
    if (known) {
      throw new IllegalArgumentException("a label must be one of the " + names.size() + " classes");
    }
    if (names.size() == MOST) {
      throw new IllegalArgumentException(
          "a classification has at most " + MOST + " classes; is this a regression?");
    }
    boolean badLength = label.isEmpty() || label.length() > LONGEST;
    if (badLength || label.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a class name has one line of 1 to " + LONGEST + " characters");
    }
    numbers.put(label, names.size());
    names.add(label);
    return names.size() - 1;
  }

  /**
   * The name of a class that is a number.
   *
   * @throws IllegalArgumentException when it is not whole
   */
  static String ofNumber(double label) {
    if (label != Math.rint(label) || Math.abs(label) > 1L << 53) {
      throw new IllegalArgumentException("a class must be a whole number");
    }
    return String.valueOf((long) label);
  }

  /** All names in their final order. */
  List<String> names() {
    return known ? List.copyOf(names) : names.stream().sorted(order()).toList();
  }

  /** The final number of each number given so far. */
  int[] numbers() {
    List<String> sorted = names();
    Map<String, Integer> place = new HashMap<>();
    IntStream.range(0, sorted.size()).forEach(i -> place.put(sorted.get(i), i));
    return names.stream().mapToInt(place::get).toArray();
  }

  private Comparator<String> order() {
    boolean whole = names.stream().allMatch(n -> n.matches("[+-]?[0-9]{1,18}"));
    return whole
        ? Comparator.<String>comparingLong(Long::parseLong).thenComparing(Comparator.naturalOrder())
        : Comparator.naturalOrder();
  }
}
