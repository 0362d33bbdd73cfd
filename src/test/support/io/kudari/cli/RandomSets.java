package io.kudari.cli;

import io.kudari.data.Schema;
import io.kudari.data.digits.DigitsSource;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * Random small training and test sets of every format. A test set has a random part of the training
 * set's classes, down to one of them, its columns in another order wherever they have names, and
 * columns that the training set has not.
 */
final class RandomSets {

  enum Format {
    CSV,
    CSV_WITHOUT_HEADER,
    CSV_REGRESSION,
    LIBSVM,
    LIBSVM_REGRESSION,
    PARQUET,
    PARQUET_VECTORS,
    PARQUET_REGRESSION,
    IMAGES,
    IDX,
    CIFAR,
    DIGITS;

    boolean isRegression() {
      return name().endsWith("REGRESSION");
    }
  }

  /**
   * Two sets and what the test set truly holds.
   *
   * @param train a section of a configuration
   * @param test another
   * @param shuffled the test set with its columns in another order once more, where they have names
   * @param labels class of each test example, or null
   * @param targets of each test example, or null
   */
  record Sets(
      String train, String test, List<String> shuffled, String[] labels, float[][] targets) {}

  private static final List<List<String>> NAMES =
      List.of(
          List.of("red", "a b", "green", "x,y", "Zed"),
          List.of("10", "-1", "3", "200", "9"),
          List.of("0", "1", "2", "3", "4"));

  private static final List<String> CIFAR =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private final Path folder;
  private final Random random;
  private final Format format;
  private final int features;
  private final List<String> classes;
  private int files;

  RandomSets(Path folder, Format format, long seed) {
    this.folder = folder;
    this.format = format;
    this.random = new Random(seed);
    this.features = 2 + random.nextInt(4);
    boolean numbers = format == Format.LIBSVM;
    List<String> names = NAMES.get(numbers ? 1 + random.nextInt(2) : random.nextInt(NAMES.size()));
    if (format == Format.IDX) names = NAMES.get(2);
    if (format == Format.IMAGES) names = NAMES.get(random.nextInt(NAMES.size()));
    this.classes = format == Format.CIFAR ? CIFAR : names.subList(0, 2 + random.nextInt(4));
  }

  /** Examples of a table, or of pictures. */
  private record Table(float[][] x, String[] labels, float[][] targets) {}

  Sets make() throws IOException {
    Table train = table(classes, 30 + random.nextInt(30));
    List<String> some = new ArrayList<>(classes);
    Collections.shuffle(some, random);
    some = some.subList(0, 1 + random.nextInt(some.size()));
    Table test = table(some, random.nextInt(4) == 0 ? 600 : 5 + random.nextInt(35));
    return switch (format) {
      case CSV, CSV_REGRESSION -> sets(train, test, this::csv);
      case CSV_WITHOUT_HEADER -> bare(train, test);
      case LIBSVM, LIBSVM_REGRESSION -> libsvm(train, test);
      case PARQUET, PARQUET_REGRESSION, PARQUET_VECTORS -> sets(train, test, this::parquet);
      case IMAGES -> images(train, test);
      case IDX -> new Sets(idx(train), idx(test), List.of(), test.labels, null);
      case CIFAR -> new Sets(cifar(train), cifar(test), List.of(), test.labels, null);
      case DIGITS -> digits();
    };
  }

  /** Each class at least once, in random order. */
  private Table table(List<String> among, int count) {
    float[][] x = new float[count][features];
    String[] labels = new String[count];
    float[][] y = new float[count][2];
    int shift = random.nextInt(among.size());
    for (int i = 0; i < count; i++) {
      String label = among.get((shift + i) % among.size());
      labels[i] = label;
      for (int f = 0; f < features; f++) {
        double center = f * classes.indexOf(label);
        x[i][f] = (float) (center + random.nextGaussian());
      }
      y[i][0] = x[i][0] - 2 * x[i][1];
      y[i][1] = x[i][features - 1] * 3 + (float) random.nextGaussian();
    }
    return new Table(x, labels, y);
  }

  private interface Writer {
    String write(Table table, List<String> columns) throws IOException;
  }

  /** Sets whose columns have names. */
  private Sets sets(Table train, Table test, Writer writer) throws IOException {
    boolean regression = format.isRegression();
    List<String> columns = new ArrayList<>();
    if (format == Format.PARQUET_VECTORS) columns.add("vector");
    else for (int f = 0; f < features; f++) columns.add(feature(f));
    columns.addAll(regression ? List.of("t0", "t1") : List.of("class"));
    Collections.shuffle(columns, random);
    String of = writer.write(train, columns);
    List<String> more = new ArrayList<>(columns);
    more.addAll(List.of("note", "id"));
    Collections.shuffle(more, random);
    String first = writer.write(test, more);
    Collections.reverse(columns);
    String second = writer.write(test, columns);
    String label = regression ? ", task = regression, label = [t0, t1]" : ", label = class";
    String other = regression ? ", task = regression, label = [t1, t0]" : label;
    return new Sets(
        of + label + " }",
        first + label + " }",
        List.of(second + other + " }"),
        regression ? null : test.labels,
        regression ? test.targets : null);
  }

  private String feature(int f) {
    return f == 1 && format == Format.CSV ? "width, in mm" : "f" + f;
  }

  private String csv(Table table, List<String> columns) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(columns.stream().map(RandomSets::quoted).collect(Collectors.joining(";")));
    for (int i = 0; i < table.x.length; i++) {
      int row = i;
      text.append('\n')
          .append(
              columns.stream()
                  .map(c -> quoted(String.valueOf(value(table, row, c))))
                  .collect(Collectors.joining(";")));
    }
    return "{ format = csv, delimiter = \";\", file = \"" + file(text.append('\n')) + "\"";
  }

  private static String quoted(String value) {
    return value.matches("[0-9A-Za-z.-]+") ? value : '"' + value + '"';
  }

  /** What a column of the table holds in a row: a number, or a text. */
  private Object value(Table table, int row, String column) {
    switch (column) {
      case "class":
        return table.labels[row];
      case "t0":
        return table.targets[row][0];
      case "t1":
        return table.targets[row][1];
      case "id":
        return (float) row;
      case "note":
        return "no number";
      default:
        return table
            .x[row][
            IntStream.range(0, features)
                .filter(f -> feature(f).equals(column))
                .findFirst()
                .getAsInt()];
    }
  }

  private Sets bare(Table train, Table test) throws IOException {
    int at = random.nextInt(features + 1);
    String rest = ", header = false, label = " + (at == features ? -1 : at) + " }";
    return new Sets(bare(train, at) + rest, bare(test, at) + rest, List.of(), test.labels, null);
  }

  private String bare(Table table, int at) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < table.x.length; i++) {
      List<String> row = new ArrayList<>();
      for (float v : table.x[i]) row.add(String.valueOf(v));
      row.add(at, quoted(table.labels[i]));
      text.append(String.join(",", row)).append('\n');
    }
    return "{ format = csv, file = \"" + file(text) + "\"";
  }

  /** The test set may use fewer features. */
  private Sets libsvm(Table train, Table test) throws IOException {
    boolean regression = format.isRegression();
    int used = 1 + random.nextInt(features);
    String task = regression ? ", task = regression }" : " }";
    float[][] first = new float[test.x.length][];
    for (int i = 0; i < first.length; i++) first[i] = new float[] {test.targets[i][0]};
    return new Sets(
        libsvm(train, features) + task,
        libsvm(test, used) + task,
        List.of(),
        regression ? null : test.labels,
        regression ? first : null);
  }

  private String libsvm(Table table, int used) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < table.x.length; i++) {
      text.append(format.isRegression() ? table.targets[i][0] : table.labels[i]);
      for (int f = 0; f < used; f++) {
        if (f == used - 1 || random.nextBoolean())
          text.append(' ').append(f + 1).append(':').append(table.x[i][f]);
      }
      text.append('\n');
    }
    return "{ format = libsvm, file = \"" + file(text) + "\"";
  }

  private String parquet(Table table, List<String> columns) throws IOException {
    MessageType plain =
        MessageTypeParser.parseMessageType(
            "message m { "
                + columns.stream().map(this::type).collect(Collectors.joining(" "))
                + " }");
    Path path = folder.resolve("set" + files++ + ".parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(path.toUri()))
            .withConf(new Configuration())
            .withType(plain)
            .build()) {
      for (int i = 0; i < table.x.length; i++) {
        SimpleGroup row = new SimpleGroup(plain);
        for (String column : columns) put(row, column, table, i);
        writer.write(row);
      }
    }
    return "{ format = parquet, path = \"" + path + "\"";
  }

  private String type(String column) {
    return switch (column) {
      case "class", "note" -> "required binary " + column + " (STRING);";
      case "vector" ->
          "required group vector { required int32 type (INTEGER(8,true)); optional int32 size;"
              + " optional group indices (LIST) { repeated group list { required int32 element; } }"
              + " optional group values (LIST) { repeated group list { required double element; } }"
              + " }";
      default -> "required " + (random.nextBoolean() ? "double " : "float ") + column + ";";
    };
  }

  private void put(SimpleGroup row, String column, Table table, int i) {
    if (column.equals("vector")) {
      Group vector = row.addGroup("vector").append("type", 1);
      Group list = vector.addGroup("values");
      for (float v : table.x[i]) list.addGroup("list").append("element", (double) v);
      return;
    }
    Object value = value(table, i, column);
    if (value instanceof String text) row.add(column, text);
    else if (row.getType().getType(column).toString().contains("double"))
      row.add(column, (double) (float) value);
    else row.add(column, (float) value);
  }

  private static byte pixel(float value) {
    return (byte) Math.max(0, Math.min(255, Math.round(40 + 25 * value)));
  }

  private Sets images(Table train, Table test) throws IOException {
    String of = images(train);
    Integer[] order = new Integer[test.x.length];
    Arrays.setAll(order, i -> i);
    // Examples come in the order of the folders' names.
    Arrays.sort(order, (a, b) -> test.labels[a].compareTo(test.labels[b]));
    String[] labels = new String[order.length];
    Arrays.setAll(labels, i -> test.labels[order[i]]);
    return new Sets(of, images(test), List.of(), labels, null);
  }

  private String images(Table table) throws IOException {
    Path set = folder.resolve("images" + files++);
    for (int i = 0; i < table.x.length; i++) {
      BufferedImage image = new BufferedImage(features, 3, BufferedImage.TYPE_BYTE_GRAY);
      for (int f = 0; f < features; f++) {
        for (int y = 0; y < 3; y++) {
          image.getRaster().setSample(f, y, 0, pixel(table.x[i][f] + y) & 0xff);
        }
      }
      Path of = Files.createDirectories(set.resolve(table.labels[i]));
      ImageIO.write(image, "png", of.resolve(String.format("%04d.png", i)).toFile());
    }
    return "{ format = images, grey = true, folder = \"" + set + "\" }";
  }

  private String idx(Table table) throws IOException {
    int count = table.x.length;
    ByteBuffer images = ByteBuffer.allocate(16 + count * features);
    images.putInt(0x0803).putInt(count).putInt(1).putInt(features);
    for (float[] row : table.x) for (float v : row) images.put(pixel(v));
    ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x0801).putInt(count);
    for (String label : table.labels) labels.put(Byte.parseByte(label));
    return String.format(
        "{ format = idx, images = \"%s\", labels = \"%s\" }",
        file(images.array()), file(labels.array()));
  }

  private String cifar(Table table) throws IOException {
    ByteBuffer records = ByteBuffer.allocate(table.x.length * 3073);
    for (int i = 0; i < table.x.length; i++) {
      records.put((byte) CIFAR.indexOf(table.labels[i]));
      byte[] pixels = new byte[3072];
      for (int p = 0; p < pixels.length; p++) pixels[p] = pixel(table.x[i][p % features] / 4);
      records.put(pixels);
    }
    return "{ format = cifar, files = [\"" + file(records.array()) + "\"] }";
  }

  private Sets digits() {
    int count = 10 + random.nextInt(30);
    long seed = random.nextInt(1000);
    int[] found =
        new DigitsSource(count, seed)
            .load(new Configuration(), Schema.UNKNOWN, IntStream.range(0, count).toArray())
            .labels();
    String[] labels = Arrays.stream(found).mapToObj(String::valueOf).toArray(String[]::new);
    return new Sets(
        "{ format = digits, examples = 60, seed = 2000 }",
        "{ format = digits, examples = " + count + ", seed = " + seed + " }",
        List.of(),
        labels,
        null);
  }

  private Path file(CharSequence text) throws IOException {
    return Files.writeString(folder.resolve("set" + files++), text);
  }

  private Path file(byte[] content) {
    try {
      return Files.write(folder.resolve("set" + files++), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
