package io.kudari.setting;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a setting may be: how a value is read, and what is said of one that is not allowed.
 *
 * @param <T> of the value
 */
public sealed interface Range<T> {

  /**
   * The value, if it is allowed.
   *
   * @param value as a configuration has it: a Number, a Boolean, a String or a List
   * @throws IllegalArgumentException with the rule, {@code must be …, not …}, when it is not
   */
  T read(Object value);

  /** What is allowed, as the documentation says it. */
  String text();

  /** A value as a configuration writes it. */
  default Object written(T value) {
    return value;
  }

  /** Whether the value is one number. */
  default boolean isNumber() {
    return false;
  }

  /**
   * Numbers within an interval.
   *
   * @param text such as {@code [0, 1)} or {@code (0, inf)}; {@code whole [1, 9]} for whole numbers
   */
  record Interval(
      double low, boolean hasLow, double high, boolean hasHigh, boolean whole, String text)
      implements Range<Double> {

    /** The interval that a text says. */
    public static Interval of(String text) {
      boolean whole = text.startsWith("whole ");
      String interval = whole ? text.substring("whole ".length()) : text;
      String[] ends = interval.substring(1, interval.length() - 1).split(", ");
      return new Interval(
          Double.parseDouble(ends[0]),
          interval.startsWith("["),
          ends[1].equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(ends[1]),
          interval.endsWith("]"),
          whole,
          text);
    }

    @Override
    public Double read(Object value) {
      if (!(value instanceof Number n)) throw refused("a number within " + text, value);
      double x = n.doubleValue();
      boolean above = hasLow ? x >= low : x > low;
      boolean below = hasHigh ? x <= high : x < high;
      if (above && below && (!whole || x == Math.rint(x))) return x;
      throw refused("within " + text, value);
    }

    @Override
    public boolean isNumber() {
      return true;
    }
  }

  /** Whole numbers within [min, max]. */
  record Whole(int min, int max) implements Range<Integer> {

    @Override
    public Integer read(Object value) {
      double x = integral(value);
      // Where the upper end is only an int's, it is named to those who are beyond it.
      if (x > max) throw refused("within " + min + ".." + max, value);
      if (x < min) throw refused(rule(), value);
      return (int) x;
    }

    private String rule() {
      return max == Integer.MAX_VALUE ? "at least " + min : "within " + min + ".." + max;
    }

    @Override
    public String text() {
      return "whole number, " + rule();
    }

    @Override
    public boolean isNumber() {
      return true;
    }
  }

  /** Whole numbers of 64 bits, as far as a double tells them from others. */
  record Wide() implements Range<Long> {

    private static final double MOST = 0x1p62;

    @Override
    public Long read(Object value) {
      if (Math.abs(integral(value)) > MOST)
        throw refused("a whole number within -2^62..2^62", value);
      return ((Number) value).longValue();
    }

    @Override
    public String text() {
      return "whole number";
    }

    @Override
    public boolean isNumber() {
      return true;
    }
  }

  /** Numbers of at least 0, one or several. */
  record Numbers() implements Range<List<Double>> {

    private static final double MOST = 1e300;

    @Override
    public List<Double> read(Object value) {
      List<?> all = value instanceof List<?> list ? list : List.of(value);
      if (all.isEmpty()) throw refused("a list of at least one number", value);
      return all.stream().map(v -> number(v, value)).toList();
    }

    private static double number(Object one, Object all) {
      if (one instanceof Number n && n.doubleValue() >= 0 && n.doubleValue() <= MOST)
        return n.doubleValue();
      throw refused("a list of numbers of at least 0", all);
    }

    @Override
    public String text() {
      return "list";
    }
  }

  /** true or false. */
  record Flag() implements Range<Boolean> {

    @Override
    public Boolean read(Object value) {
      String text = String.valueOf(value);
      if (!text.equals("true") && !text.equals("false")) throw refused("true or false", value);
      return text.equals("true");
    }

    @Override
    public String text() {
      return "true | false";
    }
  }

  /** One of some words. */
  record Words(List<String> words) implements Range<String> {

    @Override
    public String read(Object value) {
      String text = String.valueOf(value);
      if (!words.contains(text)) throw refused(String.join(" or ", words), value);
      return text;
    }

    @Override
    public String text() {
      return String.join(" | ", words);
    }
  }

  /** One of some values, by their names. */
  record Choice<E>(Map<String, E> values) implements Range<E> {

    /** The constants of an enum by their names in kebab-case. */
    static <E extends Enum<E>> Choice<E> of(Class<E> type) {
      Map<String, E> values = new LinkedHashMap<>();
      for (E constant : type.getEnumConstants()) values.put(id(constant), constant);
      return new Choice<>(values);
    }

    /** Some texts. */
    static Choice<String> of(List<String> names) {
      Map<String, String> values = new LinkedHashMap<>();
      for (String name : names) values.put(name, name);
      return new Choice<>(values);
    }

    @Override
    public E read(Object value) {
      E found = values.get(String.valueOf(value));
      if (found != null) return found;
      String rule = "one of " + String.join(", ", values.keySet());
      String hint = Nearest.hint(String.valueOf(value), List.copyOf(values.keySet()));
      throw new IllegalArgumentException("must be " + rule + ", not \"" + value + "\"" + hint);
    }

    @Override
    public Object written(E value) {
      return value instanceof Enum<?> constant ? id(constant) : value;
    }

    @Override
    public String text() {
      return String.join(" | ", values.keySet());
    }
  }

  /**
   * Any text.
   *
   * @param text what it is, such as {@code path}
   */
  record Text(String text) implements Range<String> {

    @Override
    public String read(Object value) {
      return String.valueOf(value);
    }
  }

  /**
   * Several texts, or one.
   *
   * @param text what they are, such as {@code paths}
   */
  record Texts(String text) implements Range<List<String>> {

    @Override
    public List<String> read(Object value) {
      List<?> all = value instanceof List<?> list ? list : List.of(value);
      return all.stream().map(String::valueOf).toList();
    }
  }

  /**
   * A section with settings of its own, or several: who reads it checks them.
   *
   * @param text what it is, such as {@code section}
   */
  record Part(String text) implements Range<Object> {

    @Override
    public Object read(Object value) {
      return value;
    }
  }

  /** The range that a text says, as a table of many settings has it: see {@link Setting#of}. */
  static Range<?> parse(String text) {
    if (text.equals("list")) return new Numbers();
    if (text.endsWith(")") || text.endsWith("]")) return Interval.of(text);
    if (text.equals("true | false")) return new Flag();
    return new Words(Arrays.asList(text.split(" \\| ")));
  }

  /** A constant's name in a configuration: kebab-case. */
  static String id(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static double integral(Object value) {
    if (!(value instanceof Number n)) throw refused("a number", value);
    double x = n.doubleValue();
    if (x != Math.rint(x)) throw refused("a whole number", value);
    return x;
  }

  private static IllegalArgumentException refused(String rule, Object value) {
    return new IllegalArgumentException("must be " + rule + ", not " + value);
  }
}
