package io.kudari.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One setting of a recipe or a schedule.
 *
 * @param key in kebab-case
 * @param initial the value where none is given; null where it is then unset
 * @param range what is allowed: an interval such as {@code [0, 1)}, {@code whole [1, inf)} for
 *     whole numbers, {@code list} for numbers in a list, or the choices such as {@code inside |
 *     outside}
 * @param doc one line
 */
public record Setting(String key, Object initial, String range, String doc) {

  /** The value as a Double, Boolean, String or list of Doubles, if it is allowed. */
  Object check(Object value) {
    if (range.equals("list")) return numbers(value);
    if (!range.endsWith(")") && !range.endsWith("]")) return choice(value);
    if (!(value instanceof Number n)) throw refuse("a number within " + range, value);
    double x = n.doubleValue();
    if (!holds(x)) throw refuse("within " + range, value);
    return x;
  }

  private Object choice(Object value) {
    if (!List.of(range.split(" \\| ")).contains(String.valueOf(value))) {
      throw refuse(range.replace(" | ", " or "), value);
    }
    return initial instanceof Boolean ? Boolean.valueOf(value.toString()) : value.toString();
  }

  private List<Double> numbers(Object value) {
    List<Double> all = new ArrayList<>();
    for (Object v : value instanceof List<?> list ? list : List.of(value)) {
      if (!(v instanceof Number n) || !(n.doubleValue() >= 0) || n.doubleValue() > 1e300) {
        throw refuse("a list of numbers of at least 0", value);
      }
      all.add(n.doubleValue());
    }
    if (all.isEmpty()) throw refuse("a list of at least one number", value);
    return List.copyOf(all);
  }

  private boolean holds(double x) {
    String interval = range.substring(range.indexOf(range.contains("[") ? '[' : '('));
    String[] ends = interval.substring(1, interval.length() - 1).split(", ");
    double low = Double.parseDouble(ends[0]);
    double high = ends[1].equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(ends[1]);
    boolean above = interval.startsWith("[") ? x >= low : x > low;
    boolean below = interval.endsWith("]") ? x <= high : x < high;
    return above && below && (!range.startsWith("whole") || x == Math.rint(x));
  }

  private SettingException refuse(String rule, Object value) {
    return new SettingException(key, key + " must be " + rule + ", not " + value);
  }

  /**
   * Checks a map against the known settings and fills in those not given.
   *
   * @param owner whose settings they are, for the message
   * @throws SettingException when a key is unknown, or a value not allowed
   */
  public static Map<String, Object> complete(
      String owner, List<Setting> known, Map<String, ?> given) {
    List<String> keys = known.stream().map(Setting::key).toList();
    for (String key : new TreeMap<>(given).keySet()) {
      if (!keys.contains(key)) throw unknown("setting of " + owner, key, key, keys);
    }
    TreeMap<String, Object> all = new TreeMap<>();
    for (Setting s : known) {
      Object value = given.get(s.key);
      if (value != null) all.put(s.key, s.check(value));
      else if (s.initial != null) all.put(s.key, s.check(s.initial));
    }
    return all;
  }

  /** What to say of a name that is not among the known ones. */
  public static SettingException unknown(String what, String key, String name, List<String> known) {
    String none = "no " + what + " is called '" + name + "'";
    if (known.isEmpty()) return new SettingException(key, none);
    String nearest = known.get(0);
    for (String k : known) if (distance(name, k) < distance(name, nearest)) nearest = k;
    return new SettingException(key, none + "; the nearest is '" + nearest + "'");
  }

  /** Levenshtein's edit distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) row[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
