package io.kudari.data;

import io.kudari.data.order.KeyCounts;
import io.kudari.math.Fingerprint;
import io.kudari.model.Shape;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What was found of a part of a set. Findings of all parts add up, in any order, to that of the
 * set. Its memory does not grow with the examples. Not thread-safe.
 */
final class Finding implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  private final String source;
  private final Schema schema;
  private final Set<String> notes = new LinkedHashSet<>();
  private final BitSet seen = new BitSet();
  private final HashSum hashes = new HashSum();

  private KeyCounts keys = new KeyCounts();
  private Shape shape;
  private boolean ofBytes;
  private int classes;
  private int targets;
  private long count;
  private List<String> names = List.of();
  private boolean inOrder;
  private List<String> features = List.of();
  private List<String> labels = List.of();
  private boolean weighted;
  private String weight = "";
  private List<String> featureNames = List.of();
  private ColumnWatch watch;
  private TargetWatch targetWatch;
  private TableWatch table;
  private transient FoundTable found;
  private long leftOut;
  private long invalid;
  private long lost;
  private long read;

  /**
   * Of no example.
   *
   * @param source for errors
   * @param schema that it is read with
   */
  Finding(String source, Schema schema) {
    this.source = source;
    this.schema = schema;
  }

  /**
   * What examples are, as {@link ExampleSink#begin} has it.
   *
   * @param classes number of classes when it is known beforehand, else 0
   */
  void begin(Shape of, boolean bytes, int classes, int targets) {
    shape = of;
    ofBytes = bytes;
    this.classes = classes;
    this.targets = targets;
    if (!bytes) watch = new ColumnWatch(columns());
    if (targets > 0) targetWatch = new TargetWatch(targets);
  }

  /** Of a table its columns, else the features. */
  private int columns() {
    return schema.isKnown() ? schema.columns() : shape.size();
  }

  /** What is to be found of a table's columns, of which some may be known to be of a kind. */
  void begin(TableRules rules, ColumnKind[] kinds) {
    table = new TableWatch(rules, kinds);
  }

  /** So many bytes were read to find it. */
  void read(long bytes) {
    read += bytes;
  }

  /** A row was left out. */
  void leaveOut() {
    leftOut++;
  }

  /** A row was left out for a cell that holds what it must not. */
  void leaveOutInvalid() {
    invalid++;
  }

  void columns(List<String> features, List<String> labels) {
    this.features = features;
    this.labels = labels;
  }

  /** Examples have weights, of this column. */
  void weights(String column) {
    weighted = true;
    weight = column;
  }

  void note(String line) {
    notes.add(line);
  }

  /** Values of the next example, which is counted by {@link #add(int, long, byte[])}. */
  void watch(double[] row) {
    watch.add(row);
    long bits = 0;
    for (int j = 0; j < row.length; j++)
      if ((float) row[j] != row[j] && !Double.isNaN(row[j]))
        bits = (bits ^ Double.doubleToLongBits(row[j]) ^ j) * HashSum.ODD ^ bits >>> 29;
    lost += bits;
  }

  /** The targets of the next example, likewise. */
  void watch(double[] values, double weight) {
    targetWatch.add(values, weight);
  }

  /** The cells of the next example, as the other. */
  void watch(TableRow row, int label, long key) {
    if (table != null && table.watches(row)) table.add(row, label, key);
  }

  /** The next example. */
  void add(int label, long key, byte[] hash) {
    seen.set(label);
    keys.add(label, key);
    hashes.add(hash);
    count++;
  }

  /** All of the part were added. */
  void end(ClassNames classNames, IntFunction<String> feature) {
    if (classNames != null) {
      names = classNames.found();
      inOrder = classNames.areKnown();
    }
    if (watch != null && names(feature)) {
      featureNames = IntStream.range(0, columns()).mapToObj(feature).toList();
    }
  }

  /** Names of many features take more than they tell, unless the features have names. */
  private boolean names(IntFunction<String> feature) {
    return columns() <= 1 << 16 && feature != null;
  }

  /**
   * Adds what was found of another part.
   *
   * @return the number here of each class there
   * @throws DataException when the parts do not fit
   */
  int[] add(Finding other) {
    leftOut += other.leftOut;
    invalid += other.invalid;
    read += other.read;
    if (other.count == 0) return new int[0];
    if (count == 0 && shape == null) {
      begin(other.shape, other.ofBytes, other.classes, other.targets);
      columns(other.features, other.labels);
      weighted = other.weighted;
      weight = other.weight;
      featureNames = other.featureNames;
    }
    if (!shape.equals(other.shape) || ofBytes != other.ofBytes || targets != other.targets)
      throw new SplitException(
          other.source + ": has examples of shape " + other.shape + ", others of " + shape);
    if (differ(features, other.features) || differ(labels, other.labels))
      throw new SplitException(other.source + ": its parts have different columns");
    notes.addAll(other.notes);
    hashes.add(other.hashes);
    count += other.count;
    lost += other.lost;
    if (watch != null) watch.add(other.watch);
    if (targetWatch != null) targetWatch.add(other.targetWatch);
    int[] number = numbers(other);
    keys.add(other.keys, number);
    addTable(other, number);
    other.seen.stream().forEach(c -> seen.set(number[c]));
    return number;
  }

  /** Whether both have names of columns, others or in another order. */
  private static boolean differ(List<String> names, List<String> others) {
    return !names.isEmpty() && !others.isEmpty() && !names.equals(others);
  }

  private void addTable(Finding other, int[] number) {
    if (other.table == null) return;
    if (table == null) table = other.table.empty();
    table.add(other.table, number);
  }

  private int[] numbers(Finding other) {
    inOrder |= other.inOrder;
    if (inOrder || other.names.isEmpty()) {
      if (names.isEmpty()) names = other.names;
      return IntStream.range(0, Math.max(other.keys.groups(), other.names.size())).toArray();
    }
    ClassNames all = new ClassNames(List.of());
    names.forEach(all::number);
    int[] number = other.names.stream().mapToInt(name -> numberOf(name, all)).toArray();
    names = all.found();
    return number;
  }

  private int numberOf(String name, ClassNames all) {
    try {
      return all.number(name);
    } catch (IllegalArgumentException e) {
      throw new DataException(source + ": " + e.getMessage(), e);
    }
  }

  /** The final number of each class. */
  int[] finalNumbers() {
    if (names.isEmpty() || inOrder) return IntStream.range(0, groups()).toArray();
    return ordered().numbers();
  }

  private ClassNames ordered() {
    ClassNames all = new ClassNames(List.of());
    names.forEach(name -> numberOf(name, all));
    return all;
  }

  private int groups() {
    return Math.max(keys.groups(), names.size());
  }

  /**
   * What was found of the whole set.
   *
   * @param splits of the set
   * @throws DataException when it holds no examples, or those of a class alone, or targets that
   *     floats do not tell apart
   */
  Survey survey(List<ExampleSource> splits) {
    if (count == 0)
      throw new DataException(
          source
              + ": holds no examples"
              + (leftOut + invalid == 0 ? "" : " without missing values or invalid cells"));
    if (count > Integer.MAX_VALUE)
      throw new DataException(source + ": holds more than " + Integer.MAX_VALUE + " examples");
    List<String> ordered = names.isEmpty() || inOrder ? names : ordered().names();
    FoundTable columns = table();
    Schema found = schema.isKnown() ? schema : schema(ordered);
    if (columns != null && columns.mixed().isEmpty()) found = encoded(found, columns);
    targetsRounded();
    if (columns != null) categoriesTold();
    if (leftOut > 0) note(source + ": leaves out " + rows(leftOut) + " with missing values");
    if (invalid > 0)
      note(
          source
              + ": leaves out "
              + rows(invalid)
              + " with infinities or cells that cannot be read");
    Rounding rounding = watch == null ? Rounding.EXACT : watch.rounding(this::featureName);
    Description description =
        new Description(
            (int) count,
            found,
            ofBytes,
            fingerprint(found, ordered, !rounding.offsets().isNone()),
            weighted,
            notes.stream().sorted().toList());
    int[] number = finalNumbers();
    KeyCounts counts = keys.renumbered(number, Math.max(found.classes(), groups()));
    return new Survey(description, counts, rounding, splits, List.of(), columns, read, invalid);
  }

  private static String rows(long count) {
    return count == 1 ? "1 row" : count + " rows";
  }

  private void categoriesTold() {
    List<Encoding.Column> said = schema.encoding().columns();
    BitSet mixed = new BitSet();
    for (int c = 0; c < said.size(); c++) mixed.set(c, said.get(c).kind() == ColumnKind.CATEGORY);
    table.nearlyNumbers(columnNames(), mixed, count).forEach(line -> note(source + ": " + line));
  }

  private void targetsRounded() {
    if (targetWatch == null) return;
    try {
      targetWatch.rounding(labels).forEach(line -> note(source + ": " + line));
    } catch (DataException e) {
      throw new DataException(source + ": " + e.getMessage(), e);
    }
  }

  private Schema encoded(Schema found, FoundTable columns) {
    try {
      return found.with(columns.encoding());
    } catch (DataException e) {
      throw new DataException(source + ": " + e.getMessage(), e);
    }
  }

  /** What was found of the columns of a table that finds its schema; else null. */
  FoundTable table() {
    if (table == null || found != null) return found;
    table.renumber(finalNumbers());
    found = table.found(columnNames(), watch, count);
    return found;
  }

  private List<String> columnNames() {
    return IntStream.range(0, shape.size()).mapToObj(this::featureName).toList();
  }

  /** What was found of columns that have names; null where features are values of one. */
  FoundTable columnsFound() {
    boolean values = features.size() == 1 && shape != null && shape.size() > 1;
    return values ? null : table();
  }

  private String featureName(int feature) {
    return featureNames.isEmpty() ? String.valueOf(feature) : featureNames.get(feature);
  }

  private Schema schema(List<String> ordered) {
    int found = !ordered.isEmpty() ? ordered.size() : classes > 0 ? classes : seen.length();
    if (targets == 0 && ordered.size() == 1) throw oneClass(ordered.get(0));
    if (targets == 0 && ordered.isEmpty() && classes == 0 && seen.cardinality() == 1)
      throw oneClass(String.valueOf(found - 1));
    try {
      return new Schema(
          shape,
          targets > 0 ? 0 : found,
          targets,
          ordered,
          features,
          labels,
          weight,
          Encoding.NONE);
    } catch (IllegalArgumentException e) {
      throw new DataException(source + ": " + e.getMessage(), e);
    }
  }

  private DataException oneClass(String only) {
    return new DataException(
        String.format(
            "%s: all %d examples are of class %s, a classification needs at least two",
            source, count, only));
  }

  private String fingerprint(Schema found, List<String> ordered, boolean ofDoubles) {
    List<String> lines = new ArrayList<>();
    lines.add(shape + ", " + found.classes() + " classes, " + count + " examples");
    lines.addAll(ordered);
    lines.add(hashes.hex());
    if (ofDoubles) lines.add("as doubles " + lost);
    return Fingerprint.sha256(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  /** A sum of numbers of 256 bits, modulo 2^256. */
  private static final class HashSum implements java.io.Serializable {

    private static final long serialVersionUID = 1;

    private static final long ODD = 0x9E3779B97F4A7C15L;
    private static final int WORDS = 8;

    /** The lowest 32 bits first; carries are left in the high halves until somebody looks. */
    private final long[] words = new long[WORDS];

    private int added;

    void add(byte[] hash) {
      for (int w = 0; w < WORDS; w++) {
        int at = hash.length - 4 * (w + 1);
        words[w] +=
            (hash[at] & 0xffL) << 24
                | (hash[at + 1] & 0xffL) << 16
                | (hash[at + 2] & 0xffL) << 8
                | (hash[at + 3] & 0xffL);
      }
      if (++added == Integer.MAX_VALUE / 2) carry();
    }

    void add(HashSum other) {
      carry();
      other.carry();
      for (int w = 0; w < WORDS; w++) words[w] += other.words[w];
      carry();
    }

    private void carry() {
      added = 0;
      long over = 0;
      for (int w = 0; w < WORDS; w++) {
        long sum = words[w] + over;
        words[w] = sum & 0xffffffffL;
        over = sum >>> 32;
      }
    }

    String hex() {
      carry();
      BigInteger all = BigInteger.ZERO;
      for (int w = WORDS - 1; w >= 0; w--) all = all.shiftLeft(32).or(BigInteger.valueOf(words[w]));
      return all.toString(16);
    }
  }
}
