package io.kudari.config;

import io.kudari.data.ColumnKind;
import io.kudari.data.ExampleSource;
import io.kudari.data.Invalid;
import io.kudari.data.Missing;
import io.kudari.data.TableRules;
import io.kudari.data.Task;
import io.kudari.data.digits.DigitsSource;
import io.kudari.data.format.CifarSource;
import io.kudari.data.format.ColumnChoice;
import io.kudari.data.format.CsvSource;
import io.kudari.data.format.IdxSource;
import io.kudari.data.format.ImageFolderSource;
import io.kudari.data.format.LibSvmSource;
import io.kudari.data.format.ParquetSource;
import io.kudari.data.format.PixelSpec;
import io.kudari.data.format.SparkTable;
import io.kudari.data.format.TableSpec;
import io.kudari.model.Shape;
import io.kudari.setting.Setting;
import io.kudari.train.DataPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A source of examples: {@code data.train} or {@code data.test}. */
final class SourceSettings {

  /**
   * A format.
   *
   * @param doc what files of it are
   * @param kind what follows from it
   * @param settings its keys
   */
  record Format(String name, String doc, Kind kind, List<Setting<?>> settings, Reader reader) {}

  /** What examples of a format are. */
  enum Kind {
    /** Columns of numbers, whose labels may be anything. */
    TABLE,
    /** Bytes, in classes that the files name. */
    PIXELS,
    /** Bytes, in classes that are known. */
    PIXELS_OF_KNOWN_CLASSES
  }

  /** Makes a source of its section. */
  private interface Reader {

    /**
     * The source.
     *
     * @param seed of a generated set, unless the section names one
     * @param gaps what becomes of a table's
     */
    ExampleSource read(Settings s, long seed, Gaps gaps);
  }

  /**
   * What becomes of cells that hold no value, or what they must not.
   *
   * @param indicator whether a feature of its own tells them
   */
  record Gaps(Missing missing, boolean indicator, Invalid invalid) {}

  private static final int MOST_SIDE = 1 << 14;

  private static final Setting<Integer> EXAMPLES =
      Setting.whole("examples", 10_000, 1, Integer.MAX_VALUE, "how many are drawn");
  private static final Setting<Long> SEED =
      Setting.wide("seed", null, "another seed is another set")
          .unset("1 for `train`, 2 for `test`");
  private static final Setting<String> IMAGES =
      Setting.text(
          "images",
          null,
          "path",
          "the IDX file of images, a folder of files, or a pattern such as `part-*-images*`");
  private static final Setting<String> LABELS =
      Setting.text(
              "labels",
              null,
              "path",
              "the IDX file of labels, or as many as of images, named likewise; `predict` does not"
                  + " need it")
          .unset("none");
  private static final Setting<Integer> IDX_CLASSES =
      Setting.whole("classes", 0, 0, 256, "how many there are; 0 is the highest label + 1");
  private static final Setting<Integer> IDX_EXAMPLES =
      Setting.whole("examples", 0, 0, Integer.MAX_VALUE, "how many are read, the first; 0 is all");
  private static final Setting<List<String>> FILES =
      Setting.texts(
          "files",
          null,
          "paths",
          "those of the binary version, folders of them, or patterns such as `data_batch_*.bin`");
  private static final Setting<String> FILE =
      Setting.text(
          "file", null, "path", "the file, a folder of files, or a pattern such as `part-*.csv`");
  private static final Setting<List<String>> LABEL =
      Setting.texts(
          "label", null, "texts", "name of the column, index (of csv), or several for regression");
  private static final Setting<Task> TASK =
      Setting.choice("task", Task.CLASSIFICATION, Task.class, "what the label is");
  private static final Setting<Boolean> HEADER =
      Setting.flag("header", true, "whether the first line names the columns");
  private static final Setting<String> DELIMITER =
      Setting.text("delimiter", ",", "one character", "what stands between values");
  private static final Setting<List<String>> CLASSES =
      Setting.texts("classes", List.of(), "texts", "all class names in order; without, as found");
  private static final Setting<List<String>> CHOSEN =
      Setting.texts(
          "features",
          List.of(),
          "texts",
          "columns to learn from: names, indices, or patterns such as `geo_*`; without, all"
              + " others");
  private static final Setting<List<String>> EXCLUDE =
      Setting.texts("exclude", List.of(), "texts", "columns not to learn from, named likewise");
  private static final Setting<Object> COLUMNS =
      Setting.section(
              "columns",
              "what columns are, named likewise: `number`, `boolean`, `category` or `exclude`")
          .unset("as their types and values are");
  private static final Setting<Integer> RARE =
      Setting.whole(
          "rare",
          1,
          1,
          TableRules.MOST_RARE,
          "training examples that a category needs for a feature of its own");
  private static final Setting<Integer> MAX_CATEGORIES =
      Setting.whole(
          "max-categories",
          TableRules.USUAL.maxCategories(),
          1,
          TableRules.MOST_VALUES,
          "how many such categories a column may have");
  private static final Setting<List<String>> MISSING_VALUES =
      Setting.texts(
          "missing-values",
          TableRules.USUAL.missingValues(),
          "texts",
          "cells that hold no value, beside empty ones");
  private static final Setting<String> WEIGHT =
      Setting.text(
              "weight",
              null,
              "text",
              "column of the examples' weights, named as the label; it is no feature")
          .unset("none: each counts 1");
  private static final Setting<Integer> SVM_FEATURES =
      Setting.whole(
          "features",
          0,
          0,
          1 << 20,
          "how many there are; 0 is the highest index, which costs one more reading, and the set is"
              + " read by one task: give it for what is large");
  private static final Setting<String> PATH =
      Setting.text(
          "path", null, "path", "the file, a folder of files, or a pattern of their names");
  private static final Setting<String> READER =
      Setting.text(
              "reader",
              null,
              "text",
              "Spark's format of what it reads: `parquet`, `orc`, `json`, `csv`, `jdbc`, …")
          .unset("none: a query, or a data frame given in code");
  private static final Setting<String> TABLE_PATH =
      Setting.text("path", null, "path", "what the reader reads").unset("none");
  private static final Setting<Object> OPTIONS =
      Setting.section("options", "the reader's own, such as `{ header = true }`")
          .unset("the reader's");
  private static final Setting<String> TABLE =
      Setting.text("table", null, "text", "a table of Spark's catalogue").unset("none");
  private static final Setting<String> SQL =
      Setting.text("sql", null, "text", "a query of Spark SQL, such as SELECT").unset("none");
  private static final Setting<Boolean> NUMBERED =
      Setting.flag(
          "numbered",
          false,
          "whether the label is the number of a class, 0 to the highest, not its name");
  private static final Setting<String> FLAG =
      Setting.text(
              "validation-flag",
              null,
              "text",
              "a column of booleans, true for validation, of which `data.validation` draws none"
                  + " then")
          .unset("none");
  private static final Setting<String> FOLDER =
      Setting.text("folder", null, "path", "it holds a folder of images for each class");
  private static final Setting<Integer> WIDTH =
      Setting.whole("width", 0, 0, MOST_SIDE, "to scale to; 0 is as they are");
  private static final Setting<Integer> HEIGHT =
      Setting.whole("height", 0, 0, MOST_SIDE, "to scale to; 0 is as they are");
  private static final Setting<Boolean> GREY =
      Setting.flag("grey", false, "one channel, not red, green and blue");

  private static final Setting<List<String>> SHAPE =
      Setting.texts(
          "shape",
          List.of(),
          "whole numbers, or `flat`",
          "channels, height and width of an example in a column of bytes, its channels one after"
              + " another; `flat` is as many as the first has");

  /** How many classes may be found in labels of formats that do not know theirs. */
  static final Setting<Integer> MAX_CLASSES =
      Setting.whole(
          "max-classes",
          DataPlan.Rules.PLAUSIBLE,
          0,
          Integer.MAX_VALUE,
          "a key of `train` alone: the most classes that may be found; 0 is as said below");

  /** Which columns of a table are read, and how. */
  private static final List<Setting<?>> OF_COLUMNS =
      List.of(CHOSEN, EXCLUDE, COLUMNS, RARE, MAX_CATEGORIES, MISSING_VALUES);

  /** How a column of pixels is read. */
  private static final List<Setting<?>> OF_PIXELS = List.of(SHAPE, WIDTH, HEIGHT, GREY);

  /** All formats: the list to add one to. */
  static final List<Format> FORMATS =
      List.of(
          new Format(
              "digits",
              "the built-in 28 × 28 handwritten-looking digits",
              Kind.PIXELS_OF_KNOWN_CLASSES,
              List.of(EXAMPLES, SEED),
              (s, seed, gaps) -> new DigitsSource(s.get(EXAMPLES), s.get(SEED, seed))),
          new Format(
              "idx",
              "IDX files as MNIST has them; `.gz` is gunzipped",
              Kind.PIXELS,
              List.of(IMAGES, LABELS, IDX_CLASSES, IDX_EXAMPLES, MAX_CLASSES),
              (s, seed, gaps) ->
                  new IdxSource(
                      s.location(IMAGES),
                      s.get(LABELS, "").isEmpty() ? "" : s.location(LABELS),
                      s.get(IDX_CLASSES),
                      s.get(IDX_EXAMPLES))),
          new Format(
              "cifar",
              "CIFAR-10's binary version",
              Kind.PIXELS_OF_KNOWN_CLASSES,
              List.of(FILES),
              (s, seed, gaps) -> new CifarSource(s.locations(FILES))),
          new Format(
              "csv",
              "delimited text",
              Kind.TABLE,
              with(
                  List.of(FILE, LABEL, TASK, HEADER, DELIMITER, WEIGHT, CLASSES, MAX_CLASSES),
                  OF_COLUMNS),
              (s, seed, gaps) -> csv(s, gaps)),
          new Format(
              "libsvm",
              "LibSVM text",
              Kind.TABLE,
              List.of(FILE, TASK, SVM_FEATURES, CLASSES, MAX_CLASSES),
              (s, seed, gaps) ->
                  new LibSvmSource(
                      s.location(FILE), s.get(TASK), s.get(SVM_FEATURES), s.get(CLASSES))),
          new Format(
              "parquet",
              "columns of numbers, booleans and texts, or one of Spark ML's vectors, images or"
                  + " bytes",
              Kind.TABLE,
              with(List.of(PATH, LABEL, TASK, WEIGHT, CLASSES, MAX_CLASSES), OF_COLUMNS, OF_PIXELS),
              (s, seed, gaps) -> new ParquetSource(s.location(PATH), spec(s, gaps, false, ""))),
          new Format(
              "table",
              "whatever Spark reads, or a data frame that is given in code",
              Kind.TABLE,
              with(
                  List.of(
                      READER,
                      TABLE_PATH,
                      OPTIONS,
                      TABLE,
                      SQL,
                      LABEL,
                      TASK,
                      WEIGHT,
                      CLASSES,
                      NUMBERED,
                      FLAG,
                      MAX_CLASSES),
                  OF_COLUMNS,
                  OF_PIXELS),
              (s, seed, gaps) -> table(s, gaps)),
          new Format(
              "images",
              "a folder of images for each class",
              Kind.PIXELS,
              List.of(FOLDER, WIDTH, HEIGHT, GREY, CLASSES, MAX_CLASSES),
              (s, seed, gaps) ->
                  new ImageFolderSource(
                      s.location(FOLDER),
                      s.get(WIDTH),
                      s.get(HEIGHT),
                      s.get(GREY),
                      s.get(CLASSES))));

  @SafeVarargs
  private static List<Setting<?>> with(List<Setting<?>> own, List<Setting<?>>... shared) {
    return Stream.concat(own.stream(), Stream.of(shared).flatMap(List::stream)).toList();
  }

  static final Setting<String> FORMAT =
      Setting.name(
          "format", null, FORMATS.stream().map(Format::name).toList(), "of what holds them");

  private SourceSettings() {}

  /** The format that a section names. */
  static Format format(Settings s) {
    String name = s.get(FORMAT);
    return FORMATS.stream().filter(f -> f.name.equals(name)).findFirst().orElseThrow();
  }

  /**
   * One source.
   *
   * @param seed of a generated set, unless the section names one
   * @param gaps what becomes of a table's
   */
  static ExampleSource read(Settings s, long seed, Gaps gaps) {
    Format format = format(s);
    ExampleSource source;
    try {
      source = format.reader.read(s, seed, gaps);
    } catch (IllegalArgumentException e) {
      throw s.wrong(FORMAT, "= " + format.name + ": " + e.getMessage());
    }
    s.done();
    return source;
  }

  /** How many classes may be found in the labels of a training set; any number when given. */
  static int mostClasses(Settings train) {
    if (format(train).kind == Kind.PIXELS_OF_KNOWN_CLASSES) return DataPlan.Rules.PLAUSIBLE;
    int most = train.get(MAX_CLASSES);
    List<String> given = train.get(CLASSES);
    boolean found = given.isEmpty() || given.equals(List.of("0"));
    return most == DataPlan.Rules.PLAUSIBLE && !found ? Integer.MAX_VALUE : most;
  }

  /** How the cells of a table are read. */
  private static TableRules rules(Settings s, Gaps gaps) {
    return new TableRules(
        s.get(MISSING_VALUES),
        gaps.missing(),
        gaps.indicator(),
        s.get(RARE),
        s.get(MAX_CATEGORIES),
        gaps.invalid());
  }

  private static ColumnChoice choice(Settings s) {
    List<String> exclude = new ArrayList<>(s.get(EXCLUDE));
    Map<String, ColumnKind> kinds = new LinkedHashMap<>();
    Settings columns = s.section(COLUMNS);
    columns
        .raw()
        .forEach(
            (column, value) -> {
              String kind = String.valueOf(value);
              if (kind.equals("exclude")) exclude.add(column);
              else kinds.put(column, kind(columns, column, kind));
            });
    return new ColumnChoice(s.get(CHOSEN), exclude, kinds);
  }

  private static ColumnKind kind(Settings columns, String column, String kind) {
    for (ColumnKind one : ColumnKind.values())
      if (one.name().toLowerCase(Locale.ROOT).equals(kind)) return one;
    throw columns.wrong(
        column,
        "must be number, boolean, category or exclude, not "
            + kind
            + "; a name with a point is quoted");
  }

  private static ExampleSource table(Settings s, Gaps gaps) {
    String reader = s.get(READER, "");
    String table = s.get(TABLE, "");
    String sql = s.get(SQL, "");
    if (Stream.of(reader, table, sql).filter(given -> !given.isEmpty()).count() > 1)
      throw s.wrong(FORMAT, "= table has one of reader, table and sql, not several");
    String path = s.get(TABLE_PATH, "").isEmpty() ? "" : s.location(TABLE_PATH);
    Map<String, String> options = new TreeMap<>();
    flatten("", s.section(OPTIONS).raw(), options);
    if (reader.isEmpty() && (!path.isEmpty() || !options.isEmpty()))
      throw s.wrong(FORMAT, "= table has path and options beside a reader only");
    return new SparkTable(
        new SparkTable.From(reader, path, table, sql, options),
        spec(s, gaps, s.get(NUMBERED), s.get(FLAG, "")));
  }

  /** What is said of columns that have names and types. */
  private static TableSpec spec(Settings s, Gaps gaps, boolean numbered, String flag) {
    return new TableSpec(
        s.get(TASK),
        s.get(LABEL),
        s.get(CLASSES),
        numbered,
        flag,
        s.get(WEIGHT, ""),
        choice(s),
        rules(s, gaps),
        new PixelSpec(shape(s), s.get(WIDTH), s.get(HEIGHT), s.get(GREY), isFlat(s)));
  }

  private static boolean isFlat(Settings s) {
    return s.get(SHAPE).equals(List.of("flat"));
  }

  private static Shape shape(Settings s) {
    List<String> lengths = s.get(SHAPE);
    if (lengths.isEmpty() || isFlat(s)) return null;
    if (lengths.size() != 3 || !lengths.stream().allMatch(n -> n.matches("[1-9][0-9]{0,5}")))
      throw s.wrong(
          SHAPE,
          "must be [channels, height, width], each within 1..999999, or flat, not " + lengths);
    int[] all = lengths.stream().mapToInt(Integer::parseInt).toArray();
    if ((long) all[0] * all[1] > Integer.MAX_VALUE / all[2])
      throw s.wrong(SHAPE, "has more than " + Integer.MAX_VALUE + " values");
    return new Shape(all[0], all[1], all[2]);
  }

  /** A name with dots is a section in a section. */
  private static void flatten(String within, Map<?, ?> section, Map<String, String> to) {
    section.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> inner) flatten(within + key + ".", inner, to);
          else to.put(within + key, String.valueOf(value));
        });
  }

  private static ExampleSource csv(Settings s, Gaps gaps) {
    String delimiter = s.get(DELIMITER);
    if (delimiter.length() != 1)
      throw s.wrong(
          DELIMITER,
          "must be one character (of a tab \"\\t\" in quotes), not \"" + delimiter + "\"");
    if ("\"\r\n\0".contains(delimiter))
      throw s.wrong(DELIMITER, "must not be a double quote, a line end or a byte 0");
    return new CsvSource(
        s.location(FILE),
        s.get(HEADER),
        delimiter.charAt(0),
        s.get(TASK),
        s.get(LABEL),
        s.get(CLASSES),
        s.get(WEIGHT, ""),
        choice(s),
        rules(s, gaps));
  }
}
