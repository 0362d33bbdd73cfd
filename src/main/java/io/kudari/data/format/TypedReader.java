package io.kudari.data.format;

import io.kudari.data.ClassNames;
import io.kudari.data.ColumnKind;
import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.Schema;
import io.kudari.data.TableColumns;
import io.kudari.data.TableRules;
import io.kudari.data.Task;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Reads the examples of a table whose columns have names and types, whatever holds it. Features are
 * columns of numbers, booleans and texts, as {@link io.kudari.data.TableRow} has them, or one
 * column of vectors or pixels. Labels are numbers, or texts for the classes of a classification.
 * Not thread-safe.
 */
public final class TypedReader {

  private final String source;
  private final TableSpec spec;
  private final ExampleSink into;
  private final ClassNames classesOrNull;

  /** Those that its own settings name. */
  private final Set<String> namedClasses;

  /** Whether the known classes of booleans are 1 and 0, rather than true and false. */
  private final boolean numberedFlags;

  private final NamedColumns columns;
  private final TypedFeatures features;
  private TypedRows rows;
  private int[] labels;
  private TypedRows.Kind[] kinds;
  private int flag;
  private int weight;

  /**
   * Finds the columns in use, and tells the sink.
   *
   * @param source for errors
   * @param all columns of the table, or of its first file
   * @throws DataException when they are not there, not of a type that can be read, or not those of
   *     the sink's schema
   */
  public TypedReader(String source, TableSpec spec, List<TypedRows.Column> all, ExampleSink into) {
    this.source = source;
    this.spec = spec;
    this.into = into;
    this.namedClasses = Set.copyOf(spec.classNames());
    boolean named = spec.task() == Task.CLASSIFICATION && !spec.numbered();
    classesOrNull = named ? into.numbering(spec.classNames()) : null;
    numberedFlags = named && classesOrNull.areKnown() && areNumbered(classesOrNull.names());
    Map<String, TypedRows.Kind> kinds = new HashMap<>();
    for (TypedRows.Column column : all) kinds.putIfAbsent(column.name(), column.kind());
    columns = NamedColumns.find(source, names(all), spec, name -> kinds.get(name).isWhole(), into);
    if (columns.features().isEmpty())
      throw new DataException(source + ": no column is left for features");
    features = features(all, kinds);
  }

  /** Files of one table may have booleans and numbers: then they are classes of their own. */
  private static boolean areNumbered(List<String> classes) {
    List<String> all = ClassNames.canonical(classes);
    return all.containsAll(List.of("0", "1")) && !all.contains("false") && !all.contains("true");
  }

  private static List<String> names(List<TypedRows.Column> all) {
    return all.stream().map(TypedRows.Column::name).toList();
  }

  /** The columns that are read, by their names. */
  List<String> used() {
    return columns.used();
  }

  private TypedFeatures features(List<TypedRows.Column> all, Map<String, TypedRows.Kind> kinds) {
    int targets = spec.task() == Task.REGRESSION ? spec.labels().size() : 0;
    Schema schema = into.schema();
    TypedRows.Kind only = only(kinds);
    if (only.isPixels()) return new TypedPixels(spec.pixels(), spec.rules(), targets, into);
    if (!spec.pixels().said().isEmpty())
      throw new DataException(
          source
              + ": "
              + spec.pixels().said()
              + " is of a column of images or bytes, which features do not have here");
    if (only != TypedRows.Kind.VECTOR)
      return new TypedCells(
          new TableColumns(columns.features(), given(all, kinds), spec.rules()), targets, into);
    TableRules rules = schema.isKnown() ? schema.encoding().rules() : spec.rules();
    boolean special = schema.isKnown() ? !schema.encoding().isNone() : rules.areSpecial();
    return special ? new TypedVectorCells(rules, targets, into) : new TypedVector(targets, into);
  }

  /** What the only column of features is; none where there are several. */
  private TypedRows.Kind only(Map<String, TypedRows.Kind> kinds) {
    List<String> used = columns.features();
    return used.size() == 1 ? kinds.get(used.get(0)) : TypedRows.Kind.OTHER;
  }

  /** What columns are by their settings, else by their types; a look at texts tells of those. */
  private Map<Integer, ColumnKind> given(
      List<TypedRows.Column> all, Map<String, TypedRows.Kind> kinds) {
    if (into.schema().isKnown()) return Map.of();
    List<String> used = columns.features();
    Map<Integer, ColumnKind> given = new HashMap<>();
    for (int i = 0; i < used.size(); i++) {
      TypedRows.Kind kind = kinds.get(used.get(i));
      if (kind == TypedRows.Kind.NUMBER) given.put(i, ColumnKind.NUMBER);
      if (kind == TypedRows.Kind.BOOLEAN) given.put(i, ColumnKind.BOOLEAN);
    }
    List<String> names = names(all);
    int[] places = used.stream().mapToInt(names::indexOf).toArray();
    given.putAll(spec.choice().given(new ColumnChoice.Table(source, true, names), places));
    return given;
  }

  /**
   * Begins with rows, or goes on with others of the same table.
   *
   * @throws DataException when they lack a column that is used, or have one of another type
   */
  public void open(TypedRows from) {
    rows = from;
    List<String> names = names(from.columns());
    for (String name : columns.used()) if (!names.contains(name)) throw none(name, names);
    features.open(from, features(from.columns(), names));
    labels = columns.labels().stream().mapToInt(names::indexOf).toArray();
    for (int at : labels) checkLabel(from.columns().get(at));
    kinds =
        IntStream.of(labels)
            .mapToObj(at -> from.columns().get(at).kind())
            .toArray(TypedRows.Kind[]::new);
    flag = place(names, spec.flag(), TypedRows.Kind.BOOLEAN, "a validation flag is boolean");
    weight = place(names, columns.weight(), TypedRows.Kind.NUMBER, "weights are numbers");
  }

  private DataException none(String name, List<String> names) {
    return rows.error(
        "no column "
            + name
            + " among its "
            + names.size()
            + ", "
            + TextRows.shown(String.join(", ", names)));
  }

  private int[] features(List<TypedRows.Column> all, List<String> names) {
    int[] places = columns.features().stream().mapToInt(names::indexOf).toArray();
    for (int at : places) {
      TypedRows.Column column = all.get(at);
      if (!features.reads(column.kind()))
        throw wrong(
            column,
            "features are numbers, booleans or texts, or one column of vectors or pixels; exclude"
                + " leaves it out");
    }
    return places;
  }

  private DataException wrong(TypedRows.Column column, String rule) {
    return rows.error("column " + column.name() + " is " + column.type() + ", " + rule);
  }

  private void checkLabel(TypedRows.Column column) {
    boolean text = classesOrNull != null && column.kind() == TypedRows.Kind.TEXT;
    if (text || column.kind().isNumber()) return;
    if (spec.task() == Task.REGRESSION) throw wrong(column, "targets are numbers");
    throw wrong(
        column, classesOrNull != null ? "labels are numbers or text" : "labels here are numbers");
  }

  /** Where a column is that need not be read, or -1. */
  private int place(List<String> names, String name, TypedRows.Kind kind, String rule) {
    if (name.isEmpty()) return -1;
    int at = names.indexOf(name);
    if (at < 0) throw none(name, names);
    TypedRows.Column column = rows.columns().get(at);
    boolean fits = kind == TypedRows.Kind.NUMBER ? column.kind().isNumber() : column.kind() == kind;
    if (!fits) throw wrong(column, rule);
    return at;
  }

  /** Whether what follows need not be read. */
  boolean enough() {
    return into.shape() != null && into.enough(!spec.classNames().isEmpty());
  }

  /** Adds the row that it is at. */
  public void add() {
    try {
      addRow();
    } catch (IllegalArgumentException e) {
      throw rows.rowError(e.getMessage());
    }
  }

  private void addRow() {
    boolean wanted = into.wantsNext();
    if (wanted || features.mustRead()) {
      features.read();
      if (features.isInvalid() || features.isLeftOut()) {
        checkLabels();
        if (features.isInvalid()) into.leaveOutInvalid();
        else into.leaveOut();
        return;
      }
    }
    boolean labelled = into.needsLabels();
    boolean ofClass = labelled && spec.task() == Task.CLASSIFICATION;
    int label = ofClass ? label() : 0;
    if (!wanted) {
      into.skip();
      return;
    }
    if (flag >= 0) hold();
    if (weight >= 0) weigh();
    if (!labelled) features.add();
    else if (ofClass) features.add(label);
    else features.add(targets());
  }

  /**
   * A label that cannot be read is an error even of a row that is left out. Classes that are found
   * in the data are those of the other rows, so that it may be of none.
   */
  private void checkLabels() {
    if (!into.needsLabels()) return;
    if (spec.task() == Task.REGRESSION) {
      double[] unused = targets();
    } else if (classesOrNull == null) {
      int unused = numbered(ClassNames.MOST);
    } else if (!namedClasses.isEmpty()) {
      int unused = label();
    } else {
      String unused = labelText();
    }
  }

  private void hold() {
    if (rows.isNull(flag))
      throw error(rows, name(flag), null, "a validation flag must have a value");
    into.hold(rows.flag(flag));
  }

  private void weigh() {
    if (rows.isNull(weight)) throw error(rows, name(weight), null, "a weight must have a value");
    double value = rows.number(weight);
    if (!WeightColumn.isWeight(value)) throw wrong(weight, value, WeightColumn.RULE);
    into.weigh(value);
  }

  private double[] targets() {
    double[] values = new double[labels.length];
    for (int k = 0; k < values.length; k++) {
      values[k] = number(labels[k], "a target");
      if (!Float.isFinite((float) values[k]))
        throw wrong(labels[k], values[k], "a target must be a finite number");
    }
    return values;
  }

  private double number(int column, String what) {
    if (rows.isNull(column)) throw error(rows, name(column), null, what + " must have a value");
    return rows.number(column);
  }

  private int label() {
    Schema schema = into.schema();
    if (classesOrNull == null)
      return numbered(schema.isKnown() ? schema.classes() : ClassNames.MOST);
    String label = labelText();
    try {
      return classesOrNull.number(label);
    } catch (IllegalArgumentException e) {
      throw wrongLabel(e);
    }
  }

  private String labelText() {
    if (rows.isNull(labels[0]))
      throw error(rows, name(labels[0]), null, "a label must have a value");
    if (kinds[0] == TypedRows.Kind.TEXT) {
      String text = rows.text(labels[0]);
      return namedClasses.contains(text) ? text : text.trim();
    }
    if (kinds[0] == TypedRows.Kind.BOOLEAN && !numberedFlags)
      return String.valueOf(rows.flag(labels[0]));
    try {
      return classesOrNull.ofNumber(rows.number(labels[0]));
    } catch (IllegalArgumentException e) {
      throw wrongLabel(e);
    }
  }

  private DataException wrongLabel(IllegalArgumentException e) {
    if (kinds[0] == TypedRows.Kind.TEXT)
      return error(rows, name(labels[0]), rows.text(labels[0]), e.getMessage());
    if (kinds[0] == TypedRows.Kind.BOOLEAN)
      return error(rows, name(labels[0]), String.valueOf(rows.flag(labels[0])), e.getMessage());
    return wrong(labels[0], rows.number(labels[0]), e.getMessage());
  }

  private int numbered(int most) {
    double label = number(labels[0], "a label");
    if (label == Math.rint(label) && label >= 0 && label < most) return (int) label;
    String rule = "the number of a class must be whole and within 0.." + (most - 1);
    boolean known = into.schema().isKnown();
    throw wrong(labels[0], label, known ? rule : ClassNames.rule(rule, label));
  }

  private String name(int column) {
    return rows.columns().get(column).name();
  }

  private DataException wrong(int column, double found, String rule) {
    return rows.rowError("column " + name(column) + ": found " + found + ", " + rule);
  }

  /** An error in a cell of the row, of its text. */
  static DataException error(TypedRows rows, String column, String found, String rule) {
    String what = found == null ? "found null" : TextRows.shown(found);
    return rows.rowError("column " + column + ": " + what + ", " + rule);
  }

  /** An example is of another size than the first. */
  static DataException sizes(TypedRows rows, int found, int first) {
    return rows.rowError(found + " features, the first example has " + first);
  }

  /** All rows were added. */
  public void end() {
    if (classesOrNull != null) into.end(classesOrNull);
  }
}
