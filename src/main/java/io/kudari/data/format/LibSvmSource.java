package io.kudari.data.format;

import io.kudari.data.ClassNames;
import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.Schema;
import io.kudari.data.Task;
import io.kudari.model.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Sparse examples in LibSVM's text format, in a file or in several, see {@link
 * io.kudari.data.file.InputFiles}, each raw, or gzipped when its name ends in {@code .gz}:
 *
 * <pre>
 * label index:value index:value …    # comment
 * </pre>
 *
 * <p>Indices start at 1 and ascend; a feature that is not named is 0. Examples are dense in memory.
 * A set that is read with a training set's schema has its number of features: one that uses fewer
 * is padded with zeros, one that uses more is refused. The label is a number: the target of a
 * regression, or a class, which must be whole; classes are in the order of their numbers, and named
 * by them. Where labels are not needed, a line may begin with its first feature, and a label may be
 * anything.
 *
 * @param file URI of a file or folder, or a pattern
 * @param task what the label is
 * @param features number of features, or 0 for the highest index in the set, which costs a second
 *     reading, and the set is one split
 * @param classNames all classes in order, such as "-1" and "1", or empty to find them in the file
 */
public record LibSvmSource(String file, Task task, int features, List<String> classNames)
    implements TextSource {

  private static final long serialVersionUID = 1;

  /** An index is not bounded by the file's length: this bounds the memory of one example. */
  static final int MOST_FEATURES = 1 << 20;

  public LibSvmSource {
    classNames = List.copyOf(classNames);
    LabelColumns.check(task, List.of("label"), classNames);
    if (features < 0 || features > MOST_FEATURES) {
      throw new IllegalArgumentException(
          "features must be within 0.." + MOST_FEATURES + ", not " + features);
    }
  }

  @Override
  public String name() {
    return file;
  }

  /** Only where the number of features is said: else one reading of the whole finds it. */
  @Override
  public List<ExampleSource> splits(Configuration hadoop) throws IOException {
    return features == 0 ? List.of(this) : TextSource.super.splits(hadoop);
  }

  @Override
  public void read(Configuration hadoop, TextRange range, ExampleSink into) throws IOException {
    double[] row = new double[width(hadoop, into)];
    into.begin(Shape.flat(row.length), false, 0, task == Task.REGRESSION ? 1 : 0);
    into.name(j -> String.valueOf(j + 1));
    ClassNames classes = into.numbering(classNames);
    try (TextRows rows = open(range, TextRows.room(row.length))) {
      String[] line;
      while (!into.enough(!classNames.isEmpty()) && (line = rows.next()) != null) {
        readLine(line, row, rows, classes, into);
      }
    }
    if (task == Task.CLASSIFICATION) into.end(classes);
  }

  /** Number of features: a training set's own, whatever this set happens to use of them. */
  private int width(Configuration hadoop, ExampleSink into) throws IOException {
    Schema schema = into.schema();
    if (!schema.isKnown()) return features > 0 ? features : highestIndex(hadoop);
    int trained = schema.shape().size();
    if (features > 0 && features != trained) {
      throw new DataException(
          file + ": its features = " + features + ", the training set has " + trained);
    }
    if (!schema.features().isEmpty()) {
      new ColumnMatch(file, schema, into::note).byPosition("LibSVM text has no names");
    }
    return trained;
  }

  private static TextRows open(TextRange range, int columns) throws IOException {
    return new TextRows(range, new TextRows.Look(' ', PlainText.NO_QUOTE, '#'), columns);
  }

  private void readLine(
      String[] line, double[] row, TextRows rows, ClassNames classes, ExampleSink into) {
    int first = first(line);
    boolean labelled = into.needsLabels();
    boolean ofClass = labelled && task == Task.CLASSIFICATION;
    double label = labelled ? rows.number("label", line[first], "a label") : 0;
    int number = ofClass ? number(line[first], rows, classes) : 0;
    int start = labelled || isLabel(line[first], rows) ? first + 1 : first;
    if (!into.wantsNext()) {
      into.skip();
      return;
    }
    Arrays.fill(row, 0);
    String bound = into.schema().isKnown() ? ", the training set has " + row.length : "";
    int last = 0;
    for (int i = start; i < line.length && !isComment(line[i]); i++) {
      if (line[i] == null) continue;
      last = index(line[i], last, row.length, bound, rows);
      String value = line[i].substring(line[i].indexOf(':') + 1);
      row[last - 1] = rows.number(String.valueOf(last), value, "a feature");
    }
    if (!labelled) into.add(row);
    else if (ofClass) into.add(row, number);
    else into.add(row, new double[] {label});
  }

  /** Whether a line that need not have a label begins with one. */
  private static boolean isLabel(String token, TextRows rows) {
    if (token != null && !isComment(token)) return token.indexOf(':') < 0;
    throw rows.error("label", token, "a line begins with a label or index:value");
  }

  private static int number(String text, TextRows rows, ClassNames classes) {
    try {
      return classes.number(classes.ofNumber(Double.parseDouble(text)));
    } catch (IllegalArgumentException e) {
      throw rows.error("label", text, e.getMessage());
    }
  }

  private int highestIndex(Configuration hadoop) throws IOException {
    int highest = 0;
    try (TextRows rows = open(whole(hadoop), TextRows.MOST_COLUMNS)) {
      for (String[] line = rows.next(); line != null; line = rows.next()) {
        int last = 0;
        for (int i = first(line) + 1; i < line.length && !isComment(line[i]); i++) {
          if (line[i] != null) last = index(line[i], last, MOST_FEATURES, "", rows);
        }
        highest = Math.max(highest, last);
      }
    }
    if (highest == 0) throw new DataException(file + ": holds no features");
    return highest;
  }

  /** Where the label is: behind spaces that a line begins with. */
  private static int first(String[] line) {
    int first = 0;
    while (first < line.length - 1 && line[first] == null) first++;
    return first;
  }

  private static boolean isComment(String token) {
    return token != null && token.startsWith("#");
  }

  /** The index in front of a token's colon. */
  private static int index(String token, int last, int most, String bound, TextRows rows) {
    int colon = token.indexOf(':');
    if (colon < 1 || !token.substring(0, colon).matches("-?[0-9]+")) {
      throw rows.error(TextRows.shown(token) + ", a feature must be index:value");
    }
    // Eleven characters are out of range whatever they say.
    long index = colon > 10 ? Long.MAX_VALUE : Long.parseLong(token.substring(0, colon));
    if (index <= last || index > most) {
      throw rows.error(
          String.format(
              "%s, an index must be within %d..%d here: they start at 1 and ascend%s",
              TextRows.shown(token), last + 1, most, bound));
    }
    return (int) index;
  }
}
