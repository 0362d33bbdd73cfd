package io.kudari.data.format;

import static io.kudari.data.TestFiles.HADOOP;
import static io.kudari.data.TestFiles.all;
import static io.kudari.data.TestFiles.assertRefused;
import static io.kudari.data.TestFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.ColumnKind;
import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Examples;
import io.kudari.data.Invalid;
import io.kudari.data.Missing;
import io.kudari.data.Offsets;
import io.kudari.data.Rounding;
import io.kudari.data.Schema;
import io.kudari.data.SourceReader;
import io.kudari.data.Survey;
import io.kudari.data.TableRules;
import io.kudari.data.Task;
import io.kudari.data.TestTables;
import io.kudari.data.Unsplit;
import io.kudari.model.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads what Spark and Parquet's own writer wrote. */
class ParquetSourceTest {

  /** Rows of a file of several row groups. */
  private static final int GROUPED = 300_000;

  private static final String MISSING =
      "a missing value: data.missing = mean, median, zero or skip allows it";

  private static SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  static void startSpark() {
    spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  private Dataset<Row> table(StructType columns, List<Row> rows) {
    return spark.createDataFrame(rows, columns);
  }

  private String save(Dataset<Row> table) {
    String path = folder.resolve("t").toString();
    table.write().parquet(path);
    return path;
  }

  private static StructType columns(Object... namesAndTypes) {
    StructType columns = new StructType();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      columns = columns.add((String) namesAndTypes[i], (DataType) namesAndTypes[i + 1]);
    }
    return columns;
  }

  private static ParquetSource classification(String path, String label) {
    return new ParquetSource(path, Task.CLASSIFICATION, List.of(label), List.of(), List.of());
  }

  /** Refused with a message that starts so after the name of a part file. */
  private static void assertPartRefused(String message, ParquetSource source) {
    var e = assertThrows(DataException.class, () -> source.describe(HADOOP));
    String file = source.path() + "/part-[0-9a-z.-]*parquet: ";
    assertTrue(e.getMessage().matches(file + ".*"), e.getMessage());
    assertEquals(message, e.getMessage().replaceFirst(file, ""));
  }

  /** One file of 5 MB in groups of 1 MB. */
  private ParquetSource groups(String name, String last) {
    String path = folder.resolve(name).toString();
    String number = String.format("if(id = %d, %s, rand(8))", GROUPED - 1, last);
    spark
        .range(0, GROUPED, 1, 1)
        .selectExpr("rand(7) a", number + " b", "id % 3 y")
        .write()
        .option("parquet.block.size", 1 << 20)
        .parquet(path);
    return classification(path, "y");
  }

  @Test
  void rowGroupsReadBySplitsAreTheRowsOfTheWhole() throws IOException {
    ParquetSource source = groups("good", "0.5");
    assertTrue(source.splits(HADOOP).size() > 1, "one split");
    assertEquals(new Unsplit(source).describe(HADOOP), source.describe(HADOOP));
  }

  @Test
  void anErrorInALaterRowGroupNamesTheRowOfTheFile() {
    String row = "row " + (GROUPED - 1);
    assertPartRefused(row + ": column b: found 'NaN', " + MISSING, groups("bad", "double('NaN')"));
  }

  @Test
  void numericColumnsWrittenBySparkAreRead() throws IOException {
    StructType columns =
        columns(
            "i",
            DataTypes.IntegerType,
            "kind",
            DataTypes.StringType,
            "l",
            DataTypes.LongType,
            "f",
            DataTypes.FloatType,
            "d x",
            DataTypes.DoubleType,
            "b",
            DataTypes.BooleanType,
            "s",
            DataTypes.ShortType);
    List<Row> rows =
        List.of(
            RowFactory.create(1, "b", 2L, 0.5f, -4.25, true, (short) 9),
            RowFactory.create(-1, "a", 3L, 1.5f, 1e-3, false, (short) -9),
            RowFactory.create(0, "b", 4L, 2.5f, 0.0, true, (short) 0));
    String path = save(table(columns, rows).coalesce(1));
    ParquetSource source = classification(path, "kind");
    Description description = source.describe(HADOOP);
    assertEquals(3, description.examples());
    assertEquals(Shape.flat(6), description.shape());
    assertEquals(List.of("a", "b"), description.classNames());
    Examples read = source.load(HADOOP, description.schema(), all(description));
    assertArrayEquals(
        new float[] {1, 2, 0.5f, -4.25f, 1, 9, -1, 3, 1.5f, 1e-3f, 0, -9, 0, 4, 2.5f, 0, 1, 0},
        read.floats());
    assertArrayEquals(new int[] {1, 0, 1}, read.labels());
    ParquetSource regression =
        new ParquetSource(path, Task.REGRESSION, List.of("l", "i"), List.of("d x", "f"), List.of());
    Examples last = regression.load(HADOOP, Schema.UNKNOWN, new int[] {1});
    assertArrayEquals(new float[] {1e-3f, 1.5f}, last.floats());
    assertArrayEquals(new float[] {3, -1}, last.targets());
    assertEquals(0, regression.load(HADOOP, Schema.UNKNOWN, new int[0]).count());
  }

  @Test
  void denseAndSparseVectorsInSeveralPartFilesAreOneSet() throws IOException {
    StructType columns =
        columns("label", DataTypes.DoubleType, "features", SQLDataTypes.VectorType());
    List<Row> rows =
        List.of(
            RowFactory.create(10.0, Vectors.dense(1, 2, 3)),
            RowFactory.create(2.0, Vectors.sparse(3, new int[] {1}, new double[] {5})),
            RowFactory.create(2.0, Vectors.sparse(3, new int[0], new double[0])),
            RowFactory.create(10.0, Vectors.dense(0, 0, 7)));
    Dataset<Row> table =
        table(columns, rows).repartitionByRange(2, new org.apache.spark.sql.Column("label"));
    ParquetSource source = classification(save(table), "label");
    try (var parts = Files.list(Path.of(source.path()))) {
      assertEquals(2, parts.filter(p -> p.getFileName().toString().startsWith("part")).count());
    }
    Description description = source.describe(HADOOP);
    assertEquals(4, description.examples());
    assertEquals(List.of("2", "10"), description.classNames());
    Examples read = source.load(HADOOP, Schema.UNKNOWN, all(description));
    assertArrayEquals(new float[] {0, 5, 0, 0, 0, 0, 1, 2, 3, 0, 0, 7}, read.floats());
    assertArrayEquals(new int[] {0, 0, 1, 1}, read.labels());
    assertArrayEquals(
        new float[] {0, 0, 0, 0, 0, 7},
        source.load(HADOOP, Schema.UNKNOWN, new int[] {1, 3}).floats());
  }

  @Test
  void longsAndVectorsKeepTheDigitsThatFloatsLose() throws IOException {
    StructType columns =
        columns(
            "kind", DataTypes.StringType, "l", DataTypes.LongType, "v", SQLDataTypes.VectorType());
    long time = 1_700_000_000;
    List<Row> rows =
        IntStream.range(0, 40)
            .mapToObj(i -> RowFactory.create("k" + i % 2, time + i, Vectors.dense(i, time - i)))
            .toList();
    String path = save(table(columns, rows).coalesce(1));
    for (String feature : List.of("l", "v")) {
      ParquetSource source =
          new ParquetSource(
              path, Task.CLASSIFICATION, List.of("kind"), List.of(feature), List.of());
      Rounding found = source.survey(HADOOP, Schema.UNKNOWN, 1).rounding();
      boolean vector = feature.equals("v");
      // The least value of each: the second of the vectors falls.
      double[] offsets = vector ? new double[] {0, time - 39} : new double[] {time};
      assertEquals(new Offsets(offsets), found.offsets());
      assertEquals(List.of(vector ? "v[1]" : "l"), found.merged());
      float[] last = vector ? new float[] {39, 0} : new float[] {39};
      assertArrayEquals(
          last, source.load(HADOOP, Schema.UNKNOWN, new int[] {39}, found.offsets()).floats());
    }
  }

  @Test
  void aTableHasTheFingerprintOfTheSameTableAsText() throws IOException {
    StructType columns =
        columns("x", DataTypes.DoubleType, "kind", DataTypes.StringType, "y", DataTypes.LongType);
    List<Row> rows = List.of(RowFactory.create(0.1, "b", 2L), RowFactory.create(-1.0, "a", 3L));
    String text = write(folder, "t.csv", "x,kind,y\n0.1,b,2\n-1,a,3\n");
    CsvSource csv = new CsvSource(text, true, ',', Task.CLASSIFICATION, List.of("kind"), List.of());
    assertEquals(
        csv.describe(HADOOP),
        classification(save(table(columns, rows).coalesce(1)), "kind").describe(HADOOP));
  }

  private static final TableRules FILLED =
      new TableRules(List.of("NA"), Missing.MEDIAN, true, 1, 100).with(Invalid.SKIP);

  @Test
  void textsBooleansGapsAndInvalidRowsAreThoseOfTheSameTableAsText() throws IOException {
    List<Object[]> rows = TestTables.shop(5, 300);
    StructType columns =
        StructType.fromDDL(
            "id long, city string, code string, area double, year int, garden boolean, kind"
                + " string");
    String path = save(table(columns, rows.stream().map(RowFactory::create).toList()).coalesce(2));
    ColumnChoice choice =
        new ColumnChoice(List.of(), List.of("i?"), Map.of("year", ColumnKind.CATEGORY));
    CsvSource csv =
        new CsvSource(
            write(folder, "t.csv", TestTables.csv(TestTables.SHOP, rows)),
            true,
            ',',
            Task.CLASSIFICATION,
            List.of("kind"),
            List.of(),
            "",
            choice,
            FILLED);
    ParquetSource source =
        new ParquetSource(path, classification(path, "kind").spec().with(choice).with(FILLED));
    SourceReader reader = new SourceReader(HADOOP);
    Survey expected = reader.survey(csv, Schema.UNKNOWN, 1, false);
    Survey found = reader.survey(source, Schema.UNKNOWN, 1, false);
    assertEquals(6, found.invalid());
    assertEquals(expected.invalid(), found.invalid());
    assertEquals(expected.description().schema(), found.description().schema());
    assertEquals(expected.description().fingerprint(), found.description().fingerprint());
    Schema schema = found.description().schema();
    assertEquals(List.of("city", "code", "area", "year", "garden"), schema.features());
    // With the schema of either, the other's rows are the same features.
    assertEquals(
        csv.describe(HADOOP, schema).fingerprint(), source.describe(HADOOP, schema).fingerprint());
    assertArrayEquals(sorted(csv, schema), sorted(source, schema));
  }

  private static String[] sorted(ExampleSource source, Schema schema) throws IOException {
    Examples all = source.load(HADOOP, schema, all(source.describe(HADOOP, schema)));
    int size = schema.shape().size();
    return IntStream.range(0, all.count())
        .mapToObj(i -> Arrays.toString(Arrays.copyOfRange(all.floats(), i * size, (i + 1) * size)))
        .sorted()
        .toArray(String[]::new);
  }

  private static TableRules zeroFor(String... gaps) {
    return new TableRules(List.of(gaps), Missing.ZERO, false, 1, 100);
  }

  @Test
  void numbersThatStandForGapsAreFoundByTheirValueInColumnsOfNumbers() throws IOException {
    StructType columns = StructType.fromDDL("f float, d double, l long, y double");
    List<Row> rows =
        List.of(
            RowFactory.create(-99.9f, -99.9, -999L, 1.0),
            RowFactory.create(1e30f, 1e30, 1L, 2.0),
            RowFactory.create(-99.8f, 2.0, -998L, 3.0));
    String path = save(table(columns, rows).coalesce(1));
    ParquetSource source =
        new ParquetSource(path, Task.REGRESSION, List.of("y"), List.of(), List.of())
            .with(zeroFor("-99.90", "-999.0", "1e30"));
    Description found = source.describe(HADOOP);
    float gap = Float.NaN;
    assertArrayEquals(
        new float[] {gap, gap, gap, gap, gap, 1, -99.8f, 2, -998},
        source.load(HADOOP, found.schema(), all(found)).floats());
  }

  @Test
  void numbersAsCategoriesHaveTheDigitsOfTheirType() throws IOException {
    long large = (1L << 53) + 1;
    StructType columns = StructType.fromDDL("f float, d double, l long, y double");
    List<Row> rows =
        List.of(
            RowFactory.create(0.1f, 0.1, large, 1.0),
            RowFactory.create(2f, 3.0, large - 1, 2.0),
            RowFactory.create(-9.9f, 7.5, 0L, 3.0));
    Dataset<Row> once = table(columns, rows);
    String path = save(once.union(once).coalesce(1));
    Map<String, ColumnKind> kinds =
        Map.of("f", ColumnKind.CATEGORY, "d", ColumnKind.CATEGORY, "l", ColumnKind.CATEGORY);
    ParquetSource source =
        new ParquetSource(path, Task.REGRESSION, List.of("y"), List.of(), List.of())
            .with(zeroFor("-9.90"));
    source =
        new ParquetSource(path, source.spec().with(new ColumnChoice(List.of(), List.of(), kinds)));
    var found = source.describe(HADOOP).schema().encoding().columns();
    assertEquals(List.of("0.1", "2"), found.get(0).values());
    assertEquals(List.of("0.1", "3", "7.5"), found.get(1).values());
    assertEquals(List.of("0", "9007199254740992", "9007199254740993"), found.get(2).values());
  }

  @Test
  void textsAreReadWithoutWhatPadsThem() throws IOException {
    StructType columns = StructType.fromDDL("c string, kind string");
    List<Row> rows =
        List.of(
            RowFactory.create("red  ", "up "),
            RowFactory.create(" red", "up"),
            RowFactory.create("NA ", "down"),
            RowFactory.create("  ", "down"),
            RowFactory.create("blue", " down"));
    String path = save(table(columns, rows).coalesce(1));
    ParquetSource source = classification(path, "kind").with(zeroFor("NA"));
    Description found = source.describe(HADOOP);
    assertEquals(List.of("down", "up"), found.classNames());
    assertEquals(List.of("blue", "red"), found.schema().encoding().columns().get(0).values());
    float gap = Float.NaN;
    assertArrayEquals(
        new float[] {0, 1, 0, 0, 1, 0, gap, gap, gap, gap, gap, gap, 1, 0, 0},
        source.load(HADOOP, found.schema(), all(found)).floats());
  }

  @Test
  void quotedTextsArePaddedByAsLittleAsThoseOfATable() throws IOException {
    StructType columns = StructType.fromDDL("c string, kind string");
    List<Row> rows =
        List.of(
            RowFactory.create("red  ", "up "),
            RowFactory.create(" red", "up"),
            RowFactory.create("NA ", "down"),
            RowFactory.create("  ", "down"),
            RowFactory.create("blue", " down"));
    String quoted =
        "c,kind\n\"red  \",\"up \"\n\" red\",up\n\"NA \",down\n\"  \",down\nblue,\" down\"\n";
    CsvSource csv =
        new CsvSource(
                write(folder, "t.csv", quoted),
                true,
                ',',
                Task.CLASSIFICATION,
                List.of("kind"),
                List.of())
            .with(zeroFor("NA"));
    String path = save(table(columns, rows).coalesce(1));
    assertEquals(
        classification(path, "kind").with(zeroFor("NA")).describe(HADOOP), csv.describe(HADOOP));
    CsvSource blank =
        new CsvSource(
            write(folder, "b.csv", "c,kind\n1,up\n2,down\n3,\"  \"\n"),
            true,
            ',',
            Task.CLASSIFICATION,
            List.of("kind"),
            List.of());
    DataException e = assertThrows(DataException.class, () -> blank.describe(HADOOP));
    assertTrue(e.getMessage().contains("line 4, column kind: found nothing"), e.getMessage());
  }

  @Test
  void booleansAsLabelsAreTheClassesTheyAreAsText() throws IOException {
    StructType columns = StructType.fromDDL("x double, up boolean");
    List<Row> rows =
        List.of(
            RowFactory.create(1.5, true),
            RowFactory.create(2.0, false),
            RowFactory.create(-1.0, true));
    ParquetSource source = classification(save(table(columns, rows).coalesce(1)), "up");
    String text = write(folder, "t.csv", "x,up\n1.5,true\n2,false\n-1,true\n");
    CsvSource csv = new CsvSource(text, true, ',', Task.CLASSIFICATION, List.of("up"), List.of());
    assertEquals(csv.describe(HADOOP), source.describe(HADOOP));
    String numbers = write(folder, "n.csv", "x,up\n1.5,1\n2,0\n-1,1\n");
    CsvSource old =
        new CsvSource(numbers, true, ',', Task.CLASSIFICATION, List.of("up"), List.of());
    // A model of the classes 0 and 1 is applied to booleans all the same.
    Description numbered = old.describe(HADOOP);
    assertEquals(numbered.fingerprint(), source.describe(HADOOP, numbered.schema()).fingerprint());
    String words = write(folder, "w.csv", "x,up\n1.5,big\n2,small\n");
    CsvSource named =
        new CsvSource(words, true, ',', Task.CLASSIFICATION, List.of("up"), List.of());
    Schema schema = named.describe(HADOOP).schema();
    DataException e = assertThrows(DataException.class, () -> source.describe(HADOOP, schema));
    assertTrue(e.getMessage().contains("column up: found 'true', a label must be"), e.getMessage());
  }

  @Test
  void booleansAndNumbersAsLabelsOfOneTableAreClassesOfTheirOwnInBothReadings() throws IOException {
    List<Row> flags = List.of(RowFactory.create(1.5, true), RowFactory.create(2.0, false));
    List<Row> numbers = List.of(RowFactory.create(3.5, 1), RowFactory.create(4.0, 0));
    String path = save(table(StructType.fromDDL("x double, up boolean"), flags).coalesce(1));
    table(StructType.fromDDL("x double, up int"), numbers)
        .coalesce(1)
        .write()
        .mode("append")
        .parquet(path);
    ParquetSource source = classification(path, "up");
    Description found = source.describe(HADOOP);
    assertEquals(List.of("0", "1", "false", "true"), found.schema().names());
    assertEquals(found.fingerprint(), source.describe(HADOOP, found.schema()).fingerprint());
  }

  @Test
  void vectorsMayHaveGapsWhereARuleSaysWhatBecomesOfThem() throws IOException {
    StructType columns = columns("v", SQLDataTypes.VectorType(), "y", DataTypes.DoubleType);
    double nan = Double.NaN;
    List<Row> rows =
        List.of(
            RowFactory.create(Vectors.dense(1, nan, 3), 1.0),
            RowFactory.create(Vectors.dense(Double.NEGATIVE_INFINITY, 0, 0), 3.0),
            RowFactory.create(Vectors.sparse(3, new int[] {2}, new double[] {7}), 2.0));
    String path = save(table(columns, rows).coalesce(1));
    var of = new ParquetSource(path, Task.REGRESSION, List.of("y"), List.of(), List.of());
    ParquetSource source = of.with(FILLED);
    Description found = source.describe(HADOOP);
    assertEquals(2, found.examples());
    assertEquals(List.of("v"), found.schema().features());
    Examples read = source.load(HADOOP, found.schema(), all(found));
    float gap = Float.NaN;
    assertArrayEquals(new float[] {1, gap, 1, 3, 0, 0, 0, 7}, read.floats());
    assertPartRefused("row 0: column v: found NaN in a vector, it must be finite", of);
  }

  @Test
  void coloursOfAnImageAreThoseOfTheFileThatSparkReadItOf() throws IOException {
    BufferedImage drawn = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 6; i++) drawn.setRGB(i % 3, i / 3, 0x1020FF * (i + 1));
    for (String kind : List.of("a", "b")) {
      Path file = Files.createDirectories(folder.resolve("images/kind=" + kind)).resolve("i.png");
      assertTrue(ImageIO.write(drawn, "png", file.toFile()));
    }
    String images = folder.resolve("images").toString();
    String path = save(spark.read().format("image").load(images).coalesce(1));
    ParquetSource source = classification(path, "kind");
    Description found = source.describe(HADOOP);
    assertEquals(new Shape(3, 2, 3), found.shape());
    assertTrue(found.bytes());
    Examples read = source.load(HADOOP, found.schema(), all(found));
    ImageFolderSource files = new ImageFolderSource(images, 0, 0, false, List.of());
    Description ofFiles = files.describe(HADOOP);
    assertArrayEquals(files.load(HADOOP, ofFiles.schema(), all(ofFiles)).bytes(), read.bytes());
    ParquetSource scaled =
        new ParquetSource(path, source.spec().with(new PixelSpec(null, 1, 1, true)));
    assertEquals(new Shape(1, 1, 1), scaled.describe(HADOOP).shape());
  }

  @Test
  void whatIsSaidOfPixelsAndHasNoEffectIsRefused() throws IOException {
    StructType columns =
        StructType.fromDDL(
            "i struct<origin: string, height: int, width: int, nChannels: int, mode: int, data:"
                + " binary>, b binary, x double, y string");
    Row image = RowFactory.create("", 1, 2, 1, 0, new byte[2]);
    Row row = RowFactory.create(image, new byte[2], 1.0, "a");
    String path = save(table(columns, List.of(row)).coalesce(1));
    Shape shape = new Shape(1, 1, 2);
    assertPartRefused(
        "column i is a group: shape is of a column of bytes, an image says its own",
        pixels(path, "i", new PixelSpec(shape, 0, 0, false)));
    assertPartRefused(
        "column b is BINARY: grey is of a column of images, not of bytes",
        pixels(path, "b", new PixelSpec(shape, 0, 0, true)));
    assertPartRefused(
        "column b is BINARY: width is of a column of images, not of bytes",
        pixels(path, "b", new PixelSpec(shape, 2, 1, false)));
    assertRefused(
        folder,
        "%/t: grey is of a column of images or bytes, which features do not have here",
        pixels(path, "x", new PixelSpec(null, 0, 0, true)));
  }

  @Test
  void bytesOfAKnownSchemaHaveItsShapeWhereNothingIsSaidOfThem() throws IOException {
    StructType columns = StructType.fromDDL("b binary, y string");
    List<Row> rows =
        List.of(RowFactory.create(new byte[6], "a"), RowFactory.create(new byte[6], "b"));
    String path = save(table(columns, rows).coalesce(1));
    for (PixelSpec said : List.of(new PixelSpec(new Shape(1, 2, 3), 0, 0, false), PixelSpec.FLAT)) {
      Description trained = pixels(path, "b", said).describe(HADOOP);
      ParquetSource silent = pixels(path, "b", PixelSpec.NONE);
      assertEquals(trained, silent.describe(HADOOP, trained.schema()));
    }
    assertPartRefused(
        "column b is BINARY: shape = [channels, height, width] says what its bytes are",
        pixels(path, "b", PixelSpec.NONE));
  }

  private static ParquetSource pixels(String path, String feature, PixelSpec said) {
    TableSpec of = classification(path, "y").spec();
    return new ParquetSource(path, of.with(ColumnChoice.of(List.of(feature))).with(said));
  }

  @Test
  void aColumnOfWeightsIsThatOfTheSameTableAsText() throws IOException {
    StructType columns =
        columns("x", DataTypes.DoubleType, "w", DataTypes.FloatType, "kind", DataTypes.StringType);
    List<Row> rows = List.of(RowFactory.create(0.1, 0f, "b"), RowFactory.create(-1.0, 2.5f, "a"));
    String text = write(folder, "t.csv", "x,w,kind\n0.1,0,b\n-1,2.5,a\n");
    CsvSource csv =
        new CsvSource(text, true, ',', Task.CLASSIFICATION, List.of("kind"), List.of())
            .weighted("w");
    Description found = weighted(save(table(columns, rows).coalesce(1))).describe(HADOOP);
    assertEquals(csv.describe(HADOOP), found);
    assertTrue(found.weighted());
    assertEquals(List.of("x"), found.schema().features());
  }

  private static ParquetSource weighted(String path) {
    return classification(path, "kind").weighted("w");
  }

  @Test
  void whatIsNoWeightIsRefused() {
    StructType columns =
        columns("x", DataTypes.DoubleType, "w", DataTypes.DoubleType, "kind", DataTypes.StringType);
    Row good = RowFactory.create(1.0, 1.0, "a");
    for (Double lie : Arrays.asList(null, Double.NaN, -0.5, Double.POSITIVE_INFINITY, 1e-31)) {
      String path = folder.resolve("w" + lie).toString();
      Row bad = RowFactory.create(1.0, lie, "b");
      table(columns, List.of(good, bad)).coalesce(1).write().parquet(path);
      String rule =
          lie == null
              ? "found null, a weight must have a value"
              : "found " + lie + ", a weight must be 0 or a number within [1e-30, 1e30]";
      assertPartRefused("row 1: column w: " + rule, weighted(path));
    }
    String path = folder.resolve("text").toString();
    table(
            columns(
                "x", DataTypes.DoubleType, "w", DataTypes.StringType, "kind", DataTypes.StringType),
            List.of(RowFactory.create(1.0, "1", "a")))
        .coalesce(1)
        .write()
        .parquet(path);
    assertPartRefused("column w is BINARY (STRING), weights are numbers", weighted(path));
  }

  @Test
  void nullsAndNumbersThatAreNotFiniteAreRefused() {
    StructType columns = columns("x", DataTypes.DoubleType, "kind", DataTypes.StringType);
    Row good = RowFactory.create(1.0, "a");
    record Lie(String message, Row row) {}
    List<Lie> lies =
        List.of(
            new Lie("column x: found null, " + MISSING, RowFactory.create(null, "b")),
            new Lie(
                "column kind: found null, a label must have a value", RowFactory.create(1.0, null)),
            new Lie("column x: found 'NaN', " + MISSING, RowFactory.create(Double.NaN, "b")),
            new Lie(
                "column x: found '1.0E39', a feature must be a finite number",
                RowFactory.create(1e39, "b")));
    for (int i = 0; i < lies.size(); i++) {
      String path = folder.resolve("t" + i).toString();
      table(columns, List.of(good, lies.get(i).row)).coalesce(1).write().parquet(path);
      assertPartRefused("row 1: " + lies.get(i).message, classification(path, "kind"));
    }
  }

  @Test
  void columnsThatAreMissingOrOfTheWrongKindAreRefused() {
    StructType columns =
        columns("x", DataTypes.DoubleType, "kind", DataTypes.StringType, "day", DataTypes.DateType);
    Row row = RowFactory.create(1.0, "a", java.sql.Date.valueOf("2020-02-02"));
    String path = save(table(columns, List.of(row)).coalesce(1));
    assertPartRefused(
        "no column species among its 3, found 'x, kind, day'",
        new ParquetSource(path, Task.CLASSIFICATION, List.of("species"), List.of("x"), List.of()));
    assertPartRefused(
        "column day is INT32 (DATE), features are numbers, booleans or texts, or one column of"
            + " vectors or pixels; exclude leaves it out",
        classification(path, "kind"));
    assertPartRefused(
        "column kind is BINARY (STRING), targets are numbers",
        new ParquetSource(path, Task.REGRESSION, List.of("kind"), List.of("x"), List.of()));
    assertPartRefused(
        "column day is INT32 (DATE), labels are numbers or text",
        new ParquetSource(path, Task.CLASSIFICATION, List.of("day"), List.of("x"), List.of()));
    assertRefused(
        folder,
        "%/t: all 1 examples are of class a, a classification needs at least two",
        new ParquetSource(path, Task.CLASSIFICATION, List.of("kind"), List.of("x"), List.of()));
  }

  private static final String VECTOR =
      "message m { required int32 label; optional group v { required int32 type; optional int32"
          + " size; optional group indices (LIST) { repeated group list { required int32 element; }"
          + " } optional group values (LIST) { repeated group list { required double element; } }"
          + " } }";

  private static SimpleGroup vector(int type, Integer size, int[] indices, double... values) {
    SimpleGroup row = new SimpleGroup(MessageTypeParser.parseMessageType(VECTOR));
    row.add("label", type);
    Group vector = row.addGroup("v");
    vector.add("type", type);
    if (size != null) vector.add("size", size.intValue());
    if (indices != null) {
      Group list = vector.addGroup("indices");
      for (int index : indices) list.addGroup("list").add("element", index);
    }
    Group list = vector.addGroup("values");
    for (double value : values) list.addGroup("list").add("element", value);
    return row;
  }

  private String saved(String name, SimpleGroup... rows) throws IOException {
    String path = folder.resolve(name).toString();
    MessageType type = (MessageType) rows[0].getType();
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(path)).withType(type).build()) {
      for (SimpleGroup row : rows) writer.write(row);
    }
    return path;
  }

  private void assertVectorRefused(String message, SimpleGroup... rows) throws IOException {
    String name = "v" + message.hashCode();
    assertRefused(folder, "%/" + name + ": " + message, classification(saved(name, rows), "label"));
  }

  @Test
  void everyLieOfAVectorIsRefused() throws IOException {
    SimpleGroup dense = vector(1, null, null, 1, 2, 3);
    assertVectorRefused(
        "row 1: 2 features, the first example has 3", dense, vector(1, null, null, 1, 2));
    assertVectorRefused("row 0: column v: vector type 2, it is 0 or 1", vector(2, null, null, 1));
    assertVectorRefused(
        "row 0: column v: a sparse vector of size 2147483647, it must be within 1..1048576",
        vector(0, Integer.MAX_VALUE, new int[] {1}, 1));
    assertVectorRefused(
        "row 0: column v: index 3 of a sparse vector, it must be within 0..2 here: they ascend",
        vector(0, 3, new int[] {3}, 1));
    assertVectorRefused(
        "row 0: column v: index 1 of a sparse vector, it must be within 2..2 here: they ascend",
        vector(0, 3, new int[] {1, 1}, 1, 2));
    assertVectorRefused(
        "row 0: column v: 1 indices for 2 values", vector(0, 3, new int[] {1}, 1, 2));
    assertVectorRefused(
        "row 0: column v: a sparse vector without size", vector(0, null, null, 1, 2));
    assertVectorRefused(
        "row 1: column v: found NaN in a vector, it must be finite",
        dense,
        vector(1, null, null, 1, Double.NaN, 3));
    assertVectorRefused("row 0: column v: a vector of no values", vector(1, null, null));
  }

  @Test
  void aFlippedBitATruncatedFileAndOtherContentAreRefused() throws IOException {
    Path good = Path.of(saved("good", vector(1, null, null, 1, 2), vector(0, 2, new int[0])));
    byte[] bytes = Files.readAllBytes(good);
    byte[] flipped = bytes.clone();
    flipped[60] ^= 4;
    ParquetSource source = classification(write(folder, "flipped", flipped), "label");
    var e = assertThrows(DataException.class, () -> source.describe(HADOOP));
    String start = source.path() + ": row 0 cannot be read as Parquet: ";
    assertTrue(e.getMessage().startsWith(start), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
    for (int length : new int[] {0, 3, 11, bytes.length / 2, bytes.length - 1}) {
      byte[] cut = java.util.Arrays.copyOf(bytes, length);
      ParquetSource short1 = classification(write(folder, "cut", cut), "label");
      var short2 = assertThrows(DataException.class, () -> short1.describe(HADOOP));
      String rule = length == 0 ? ": is empty" : ": cannot be read as Parquet: ";
      assertTrue(short2.getMessage().startsWith(short1.path() + rule), short2.getMessage());
      assertEquals(1, short2.getMessage().lines().count());
    }
  }

  /** The footer has no checksum: 8 bytes a value would be read as 4. */
  @Test
  void aColumnOfAnotherTypeThanItsValuesIsRefused() throws IOException {
    Path good = Path.of(saved("typed", vector(1, null, null, 1, 2), vector(1, null, null, 3, 4)));
    byte[] bytes = Files.readAllBytes(good);
    ByteBuffer end = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int start = bytes.length - 8 - end.getInt(bytes.length - 8);
    FileMetaData footer =
        Util.readFileMetaData(new ByteArrayInputStream(bytes, start, bytes.length - start));
    for (SchemaElement element : footer.getSchema())
      if (element.getType() == Type.DOUBLE) element.setType(Type.INT32);
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.write(bytes, 0, start);
    Util.writeFileMetaData(footer, changed);
    ByteBuffer tail = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    tail.putInt(changed.size() - start).put("PAR1".getBytes(StandardCharsets.US_ASCII));
    changed.write(tail.array());
    String path = write(folder, "retyped", changed.toByteArray());
    var e = assertThrows(DataException.class, () -> classification(path, "label").describe(HADOOP));
    String line =
        ": cannot be read as Parquet: column v.values.list.element is INT32 by the schema, but has"
            + " values of DOUBLE";
    assertEquals(path + line, e.getMessage());
  }

  /** It is opened twice for its columns, and again for its rows. */
  @Test
  void aFileThatVanishesWhileItIsReadIsOneLineThatNamesIt() throws IOException {
    String path = "vanish:" + saved("v", vector(1, null, null, 1, 2), vector(1, null, null, 3, 4));
    for (int opened = 0; opened < 3; opened++) {
      Configuration hadoop = new Configuration(HADOOP);
      hadoop.set("fs.vanish.impl", VanishingFiles.class.getName());
      hadoop.setBoolean("fs.vanish.impl.disable.cache", true);
      hadoop.setInt("vanish.after", opened);
      ParquetSource source = classification(path, "label");
      var e = assertThrows(DataException.class, () -> source.describe(hadoop));
      assertTrue(e.getMessage().startsWith(path + ": "), e.getMessage());
      assertTrue(e.getMessage().endsWith("does not exist"), e.getMessage());
      assertEquals(1, e.getMessage().lines().count());
    }
  }

  @Test
  void foldersWithoutExamplesAndPartitionedFoldersAreRefused() throws IOException {
    StructType columns = columns("x", DataTypes.DoubleType, "kind", DataTypes.StringType);
    assertRefused(
        folder, "%/t: holds no examples", classification(save(table(columns, List.of())), "kind"));
    Files.createDirectories(folder.resolve("e/_temporary"));
    String empty = folder.resolve("e").toString();
    assertRefused(folder, "%/e: holds no files", classification(empty, "kind"));
    Files.createDirectories(folder.resolve("e/year=1"));
    assertRefused(
        folder,
        "%/e/year=1: is a folder; partitioned sets are not read",
        classification(empty, "kind"));
    assertRefused(
        folder,
        "%/none: no such file or folder",
        classification(folder.resolve("none").toString(), "kind"));
  }
}
