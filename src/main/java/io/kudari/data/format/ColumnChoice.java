package io.kudari.data.format;

import io.kudari.data.ColumnKind;
import io.kudari.data.DataException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which columns of a table features are read from, and what some of them are. A column is named by
 * its name, by its index from 0, or from -1 for the last column backwards, or with others by a
 * pattern, in which {@code *} stands for any letters and {@code ?} for one.
 *
 * @param features columns to learn from, in this order; empty for all others but the labels
 * @param exclude columns not to learn from
 * @param kinds what columns are; of others a look at their values tells
 */
public record ColumnChoice(
    List<String> features, List<String> exclude, Map<String, ColumnKind> kinds)
    implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** All columns but the labels, whatever they are. */
  public static final ColumnChoice ALL = new ColumnChoice(List.of(), List.of(), Map.of());

  /** Of all columns but the labels, or of some by their names. */
  static ColumnChoice of(List<String> features) {
    return new ColumnChoice(features, List.of(), Map.of());
  }

  static final String INDEX = "-?[0-9]{1,9}";

  public ColumnChoice {
    features = List.copyOf(features);
    exclude = List.copyOf(exclude);
    kinds = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(kinds));
  }

  /**
   * The columns of a table.
   *
   * @param file the table, for errors
   * @param named whether the table itself names them
   * @param names of the columns, or their indices
   */
  record Table(String file, boolean named, List<String> names) {

    /**
     * The place of a column.
     *
     * @throws DataException when there is none, or more than one of this name
     */
    int find(String column) {
      int at = place(column);
      if (at >= 0) return at;
      String known = TextRows.shown(String.join(", ", names));
      throw new DataException(
          file + ": no column " + column + " among its " + names.size() + ", " + known);
    }

    /** The place of a column; −1 where there is none. */
    private int place(String column) {
      int at = named ? names.indexOf(column) : -1;
      if (at >= 0 && names.lastIndexOf(column) != at) {
        throw new DataException(file + ": more than one column is named " + column);
      }
      if (at < 0 && column.matches(INDEX)) {
        int index = Integer.parseInt(column);
        at = index < 0 ? names.size() + index : index;
      }
      return at < names.size() ? at : -1;
    }

    /** The places that a text names; none where no column is so called. */
    private int[] places(String column) {
      int at = place(column);
      if (at >= 0) return new int[] {at};
      if (column.indexOf('*') < 0 && column.indexOf('?') < 0) return new int[0];
      Pattern pattern = pattern(column);
      return IntStream.range(0, names.size())
          .filter(i -> pattern.matcher(names.get(i)).matches())
          .toArray();
    }

    /** As the other, but there must be one. */
    private int[] required(String column) {
      int[] found = places(column);
      return found.length > 0 ? found : new int[] {find(column)};
    }

    private static Pattern pattern(String glob) {
      StringBuilder regex = new StringBuilder();
      for (char c : glob.toCharArray())
        regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
      return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }
  }

  /**
   * The places of the columns that features are read from.
   *
   * @param labels places of the columns to predict
   * @param strict whether columns that are named must be there
   * @throws DataException when one is not, or is a label
   */
  int[] features(Table table, int[] labels, boolean strict) {
    Set<Integer> out = new LinkedHashSet<>();
    IntStream.of(labels).forEach(out::add);
    for (String column : exclude)
      for (int at : strict ? table.required(column) : table.places(column)) out.add(at);
    Set<Integer> chosen = new LinkedHashSet<>();
    for (String column : features) {
      int[] found = table.required(column);
      boolean label = found.length == 1 && IntStream.of(labels).anyMatch(l -> l == found[0]);
      if (label) throw new DataException(table.file + ": a label column is no feature: " + column);
      IntStream.of(found).forEach(chosen::add);
    }
    if (features.isEmpty()) IntStream.range(0, table.names.size()).forEach(chosen::add);
    chosen.removeAll(out);
    return chosen.stream().mapToInt(i -> i).toArray();
  }

  /**
   * The same choice in exact names, without what it excludes: it means the same where a table has
   * lost columns that it excludes. What it excludes and names no column stays, to be refused where
   * it must be there.
   *
   * @param apart whether a column has another part, such as the label's
   * @throws DataException when a column to learn from is not there, or is such a one
   */
  ColumnChoice exact(Table table, Predicate<String> apart) {
    Set<String> out = new LinkedHashSet<>();
    exclude.forEach(column -> out.addAll(names(table, column)));
    int[] others =
        IntStream.range(0, table.names.size())
            .filter(i -> apart.test(table.names.get(i)))
            .toArray();
    List<String> chosen =
        features.isEmpty()
            ? List.of()
            : IntStream.of(features(table, others, false)).mapToObj(table.names::get).toList();
    if (chosen.isEmpty() && !features.isEmpty())
      throw new DataException(table.file + ": no column is left for features");
    List<String> nowhere = exclude.stream().filter(c -> names(table, c).isEmpty()).toList();
    Map<String, ColumnKind> exact = new LinkedHashMap<>();
    kinds.forEach((column, kind) -> orItself(table, column).forEach(name -> exact.put(name, kind)));
    exact.keySet().removeAll(out);
    return new ColumnChoice(chosen, nowhere, exact);
  }

  /** The names of the columns that it excludes, or that are chosen of it. */
  private static List<String> names(Table table, String column) {
    return IntStream.of(table.places(column)).mapToObj(table.names::get).toList();
  }

  private static List<String> orItself(Table table, String column) {
    List<String> found = names(table, column);
    return found.isEmpty() ? List.of(column) : found;
  }

  /** The columns of a table that it may use. */
  Set<String> usable(Table table) {
    Set<String> usable = new HashSet<>();
    if (features.isEmpty()) usable.addAll(table.names);
    features.forEach(column -> usable.addAll(names(table, column)));
    exclude.forEach(column -> names(table, column).forEach(usable::remove));
    return usable;
  }

  /**
   * What columns are, as far as it is said.
   *
   * @param features places of the columns that features are read from
   * @return by place among them
   * @throws DataException when a column that is named is not there
   */
  Map<Integer, ColumnKind> given(Table table, int[] features) {
    Map<Integer, ColumnKind> given = new LinkedHashMap<>();
    kinds.forEach(
        (column, kind) -> {
          for (int at : table.required(column))
            IntStream.range(0, features.length)
                .filter(j -> features[j] == at)
                .forEach(j -> given.put(j, kind));
        });
    return given;
  }
}
