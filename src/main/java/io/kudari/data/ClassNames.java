package io.kudari.data;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Numbers the classes of a set whose labels are names. When the names are not known beforehand, a
 * class gets a number at its first appearance, and in the end the names are sorted: as numbers when
 * all are whole numbers, as text otherwise.
 *
 * <p>Labels that are equal numbers are one class, however they are written: {@code 1}, {@code 1.0},
 * {@code +1}, {@code 01} and {@code 1e0}, or {@code 0} and {@code -0}. A class whose labels are all
 * written alike has that for its name; one of several spellings is named by the number in plain
 * decimals, here {@code 1}. Not thread-safe.
 */
public final class ClassNames {

  private static final String MAYBE_TARGETS =
      "is this a regression? Then task = regression (of Spark ML: KudariRegressor)";

  /** Labels of more distinct values than this are measurements, not classes. */
  public static final int MOST = 1 << 16;

  /** Spellings that are remembered; others are parsed each time. */
  private static final int MOST_SPELLINGS = 4 * MOST;

  private static final int LONGEST = 1000;
  private static final int SHOWN_CLASSES = 10;
  private static final int SHOWN_LETTERS = 200;

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,9})?");

  /** A number whose exponent is beyond this is not written out. */
  private static final int MOST_ZEROS = 40;

  private final boolean known;
  private final List<String> names;
  private final Map<String, Integer> spellings = new HashMap<>();
  private final Map<String, Integer> classes = new HashMap<>();
  private final List<String> canonicals;

  /**
   * @param known all names, in their order, or empty to find them in the data
   * @throws IllegalArgumentException when two of them are the same class
   */
  public ClassNames(List<String> known) {
    this.known = !known.isEmpty();
    this.names = new ArrayList<>(known);
    this.canonicals = new ArrayList<>(canonical(known));
    for (int i = 0; i < known.size(); i++) classes.put(canonical(known.get(i)), i);
    if (classes.size() != known.size()) {
      throw new IllegalArgumentException("class names must differ: " + shown(known));
    }
  }

  /**
   * The number of a label's class: final when the names were known, else by first appearance.
   *
   * @throws IllegalArgumentException when it is none of the known, there are too many, or it is no
   *     name; the message is the rule, for the caller to add the place
   */
  public int number(String label) {
    Integer number = spellings.get(label);
    if (number != null) return number;
    checkName(label);
    String canonical = canonical(label);
    Integer found = classes.get(canonical);
    int at = found != null ? found : add(label, canonical);
    if (!known && !names.get(at).equals(label)) names.set(at, canonical);
    if (spellings.size() < MOST_SPELLINGS) spellings.put(label, at);
    return at;
  }

  private int add(String label, String canonical) {
    if (known) {
      throw new IllegalArgumentException(
          "a label must be one of the " + names.size() + " classes " + shown(names));
    }
    if (names.size() == MOST) {
      throw new IllegalArgumentException(
          "a classification has at most " + MOST + " classes; " + MAYBE_TARGETS);
    }
    classes.put(canonical, names.size());
    names.add(label);
    canonicals.add(canonical);
    return names.size() - 1;
  }

  /** One text for all spellings of the class that has a number so far. */
  String canonical(int number) {
    return canonicals.get(number);
  }

  private static void checkName(String label) {
    boolean badLength = label.isEmpty() || label.length() > LONGEST;
    if (badLength || label.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a class name has one line of 1 to " + LONGEST + " characters");
    }
  }

  /** One text for all spellings of a number; a label that is no number is its own. */
  public static String canonical(String label) {
    if (!NUMBER.matcher(label).matches()) return label;
    BigDecimal value = new BigDecimal(label).stripTrailingZeros();
    return Math.abs((long) value.scale()) <= MOST_ZEROS ? value.toPlainString() : value.toString();
  }

  /** One text for all spellings of each label. */
  public static List<String> canonical(List<String> labels) {
    return labels.stream().map(ClassNames::canonical).toList();
  }

  /**
   * The name of a class that is a number.
   *
   * @throws IllegalArgumentException when it is not whole; the message is the rule
   */
  public String ofNumber(double label) {
    if (label != Math.rint(label) || Math.abs(label) > 1L << 53) {
      String rule = "a class must be a whole number";
      throw new IllegalArgumentException(known ? rule : rule(rule, label));
    }
    return String.valueOf((long) label);
  }

  /** The rule that a label breaks, and where it is a decimal what it may be instead of a class. */
  public static String rule(String rule, double label) {
    boolean decimal = Double.isFinite(label) && label != Math.rint(label);
    return decimal ? rule + "; " + MAYBE_TARGETS : rule;
  }

  /** The first that is not whole of names that are all numbers; else nothing. */
  public static Optional<String> fraction(List<String> names) {
    if (!names.stream().allMatch(name -> NUMBER.matcher(name).matches())) return Optional.empty();
    return names.stream()
        .filter(name -> new BigDecimal(name).stripTrailingZeros().scale() > 0)
        .findFirst();
  }

  /** These names without those that are the same class as an earlier one, in their order. */
  public static List<String> distinct(List<String> names) {
    ClassNames classes = new ClassNames(List.of());
    names.forEach(classes::number);
    return List.copyOf(classes.names);
  }

  /** Names for a message, on one line: the first few when they are many or long. */
  public static String shown(List<String> names) {
    String few = String.join(", ", names.subList(0, Math.min(SHOWN_CLASSES, names.size())));
    String line = few.replaceAll("\\p{Cntrl}", " ");
    if (line.length() > SHOWN_LETTERS) return line.substring(0, SHOWN_LETTERS) + "…";
    return names.size() <= SHOWN_CLASSES ? line : line + ", …";
  }

  /** Whether all names were known beforehand, so that numbers are final. */
  public boolean areKnown() {
    return known;
  }

  /** The names so far, in the order of the numbers given so far. */
  List<String> found() {
    return List.copyOf(names);
  }

  /** All names in their final order. */
  public List<String> names() {
    return known ? List.copyOf(names) : names.stream().sorted(order()).toList();
  }

  /** The final number of each number given so far. */
  public int[] numbers() {
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
