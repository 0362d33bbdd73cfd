package io.kudari.data;

import io.kudari.model.Shape;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a training set shares with every set that is read beside it or given to its model: the test
 * set, its own parts on all executors, and whatever {@code evaluate} and {@code predict} read
 * later. There is one of it; who loads examples must name it, so that no set numbers its own
 * classes or chooses its own columns. The model folder keeps it. Immutable.
 *
 * @param shape of one example's features; null only in {@link #UNKNOWN}
 * @param classes number of classes, or 0 for regression
 * @param targets number of target values of a regression, or 0 for classification
 * @param classNames one name a class, or empty where classes are numbers: then the name of class k
 *     is k
 * @param features names of the columns that features are read from, in their order: one a feature,
 *     or one of a column of vectors; empty where the set names no columns
 * @param labels names of the columns to predict, or empty as {@code features}
 * @param weight name of the column of weights, or empty where there is none
 * @param encoding how a table's columns become features; of an unknown schema, which columns are
 *     categories whatever they look like
 */
public record Schema(
    Shape shape,
    int classes,
    int targets,
    List<String> classNames,
    List<String> features,
    List<String> labels,
    String weight,
    Encoding encoding)
    implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** Of features that are read as they are, of examples without weights. */
  public Schema(
      Shape shape,
      int classes,
      int targets,
      List<String> classNames,
      List<String> features,
      List<String> labels) {
    this(shape, classes, targets, classNames, features, labels, "", Encoding.NONE);
  }

  /** Nothing is known yet: a training set finds its own classes and columns. */
  public static final Schema UNKNOWN = new Schema(null, 0, 0, List.of(), List.of(), List.of());

  /** All names together have at most so many characters: they are kept in a file of the model. */
  private static final long MOST_CHARACTERS = 1 << 24;

  /** Names that a message shows. */
  private static final int SHOWN = 12;

  /**
   * Checks that the parts fit together.
   *
   * @throws IllegalArgumentException when they do not; one line
   */
  public Schema {
    classNames = List.copyOf(classNames);
    features = List.copyOf(features);
    labels = List.copyOf(labels);
    if (shape != null && (classes > 0) == (targets > 0)) {
      throw new IllegalArgumentException("there are either classes or targets");
    }
    if (!classNames.isEmpty() && classNames.size() != classes) {
      throw new IllegalArgumentException(
          "there are " + classes + " outputs, but " + classNames.size() + " class names");
    }
    if (Set.copyOf(ClassNames.canonical(classNames)).size() < classNames.size()) {
      throw new IllegalArgumentException(
          "class names must differ: " + ClassNames.shown(classNames));
    }
    if (shape != null && !encoding.isNone() && !shape.equals(Shape.flat(encoding.width()))) {
      throw new IllegalArgumentException(
          "the columns have " + encoding.width() + " features, and not the shape " + shape);
    }
    if (features.size() > 1 && features.size() != columns(shape, encoding)) {
      throw new IllegalArgumentException(
          "there are "
              + columns(shape, encoding)
              + (encoding.isNone() ? " features, but " : " columns, but ")
              + features.size()
              + " names of them");
    }
    if (!labels.isEmpty() && labels.size() != Math.max(1, targets)) {
      throw new IllegalArgumentException(
          "there are " + Math.max(1, targets) + " labels, but " + labels.size() + " names of them");
    }
    long characters = characters(features) + characters(labels) + characters(classNames);
    if (characters + encoding.characters() > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "the names of columns and classes have more than " + MOST_CHARACTERS + " characters");
    }
  }

  /** The same with another encoding, of which the shape follows. */
  public Schema with(Encoding other) {
    Shape of = other.isNone() ? Shape.flat(columns()) : Shape.flat(other.width());
    return new Schema(of, classes, targets, classNames, features, labels, weight, other);
  }

  /** The same with a name for each class. */
  public Schema with(List<String> names) {
    return new Schema(shape, classes, targets, names, features, labels, weight, encoding);
  }

  /** Nothing is known yet but that some columns of a table are categories, by their places. */
  static Schema ofCategories(BitSet categories) {
    List<Encoding.Column> columns =
        IntStream.range(0, categories.length())
            .mapToObj(c -> categories.get(c) ? ColumnKind.CATEGORY : ColumnKind.NUMBER)
            .map(kind -> new Encoding.Column(kind, List.of(), false))
            .toList();
    Encoding of = new Encoding(columns, TableRules.USUAL);
    return new Schema(null, 0, 0, List.of(), List.of(), List.of(), "", of);
  }

  /** Number of columns that features are read from, or of features where there are none. */
  public int columns() {
    return columns(shape, encoding);
  }

  private static int columns(Shape shape, Encoding encoding) {
    return encoding.isNone() ? shape.size() : encoding.columns().size();
  }

  private static long characters(List<String> names) {
    return names.stream().mapToLong(String::length).sum();
  }

  /** Whether this is the schema of a training set, rather than {@link #UNKNOWN}. */
  public boolean isKnown() {
    return shape != null;
  }

  /** Number of outputs of a model. */
  public int outputs() {
    return Math.max(classes, targets);
  }

  /** A name for each class. */
  public List<String> names() {
    if (!classNames.isEmpty()) return classNames;
    return IntStream.range(0, classes).mapToObj(String::valueOf).toList();
  }

  /** Whether the features were the elements of one column of vectors, which have no names. */
  public boolean ofVectors() {
    return features.size() == 1 && columns() > 1;
  }

  /**
   * Numbers the labels of a set: by the classes of this schema, or while it is unknown by those
   * given or found.
   *
   * @param source whose labels they are, for the error
   * @param given all classes that the source's own settings list, or empty
   * @throws DataException when those given are not the schema's
   */
  public ClassNames numbering(String source, List<String> given) {
    if (!isKnown()) return new ClassNames(given);
    if (!given.isEmpty() && !ClassNames.canonical(given).equals(ClassNames.canonical(names()))) {
      throw new DataException(
          source
              + ": its classes "
              + brief(given)
              + " are not those of the training set, "
              + brief(names()));
    }
    return new ClassNames(names());
  }

  /**
   * Checks that a set is as the training set was; anything is, while the schema is unknown.
   *
   * @param source the set, for the error
   * @param found shape of its examples
   * @param values target values of an example, or 0 for classes
   * @throws DataException when it is not
   */
  public void check(String source, Shape found, int values) {
    if (!isKnown()) return;
    checkTask(source, values);
    if (!encoding.isNone()) {
      throw new DataException(
          source
              + ": must be a table with the columns of the training set, of whose texts and gaps"
              + " its format has none");
    }
    if (!found.equals(shape)) {
      throw new DataException(
          source + ": has examples of shape " + found + ", the training set of " + shape);
    }
  }

  /** As the other, of a table. */
  void check(String source, TableColumns table, int values) {
    if (!isKnown()) return;
    checkTask(source, values);
    int columns = table.names().size();
    if (encoding.isNone() && !shape.equals(Shape.flat(columns)))
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: has examples of shape %d, the training set of %s%s",
              source,
              columns,
              shape,
              named()));
    if (columns != columns())
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: has %d columns of features, the training set %d%s",
              source,
              columns,
              columns(),
              named()));
  }

  /** Which columns a table must have. */
  private String named() {
    return features.isEmpty()
        ? "; without names columns go by their places, all but the labels and weights that settings"
            + " name"
        : ": " + brief(features);
  }

  private void checkTask(String source, int values) {
    if (values == targets) return;
    throw new DataException(
        source + ": has " + kind(values) + ", the training set has " + kind(targets));
  }

  private static String kind(int targets) {
    return targets == 0 ? "classes" : targets + (targets == 1 ? " target value" : " target values");
  }

  /** Names as a message shows them: the first ones, on one line. */
  public static String brief(List<String> names) {
    List<String> first =
        names.stream()
            .limit(SHOWN)
            .map(n -> n.length() > 40 ? n.substring(0, 40) + "…" : n)
            .map(n -> n.replaceAll("\\p{Cntrl}", " "))
            .toList();
    String more = names.size() > SHOWN ? ", … " + names.size() + " in all" : "";
    return "[" + String.join(", ", first) + more + "]";
  }
}
