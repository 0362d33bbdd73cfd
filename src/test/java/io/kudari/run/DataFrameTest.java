package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.config.Experiment;
import io.kudari.data.DataException;
import io.kudari.data.Examples;
import io.kudari.data.TestTables;
import io.kudari.data.digits.DigitsSource;
import io.kudari.data.format.IdxWriter;
import io.kudari.event.Event;
import io.kudari.math.Fingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows of a data frame train as the same examples from files do, whatever partitions they are in.
 */
@Slow
@Timeout(300)
class DataFrameTest {

  private static final int COUNT = 300;

  private static final String EXPERIMENT =
      """
      data { train { %s }, validation = 0.2, normalize { method = scale, per = all } }
      model.layers = [{ type = dense, units = 12, activation = relu }, { type = dense, units = auto }]
      train { epochs = 2, batch = 40, workers = 4 }
      """;

  private static final String TABLE = "format = table, label = label, features = [pixels]";

  private static final Examples DIGITS = new DigitsSource(COUNT, 5).make(0, COUNT);

  private static SparkSession session;
  private static float[] expected;

  @TempDir static Path dir;

  /** A session as users have them: Java's serialiser, and nothing of ours. */
  @BeforeAll
  static void begin() throws Exception {
    session =
        SparkSession.builder()
            .master("local[4]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "3")
            .config("spark.sql.warehouse.dir", dir.resolve("warehouse").toString())
            .getOrCreate();
    expected = expected();
  }

  @AfterAll
  static void end() {
    session.stop();
  }

  private static float[] expected() throws Exception {
    String images = dir.resolve("images").toString();
    String labels = dir.resolve("labels").toString();
    IdxWriter.write(new Configuration(), DIGITS, images, labels);
    String source = "format = idx, images = \"%s\", labels = \"%s\"".formatted(images, labels);
    return Training.of(experiment(source, "train.strategy=serial")).run().parameters();
  }

  private static Experiment experiment(String source, String... sets) {
    return Experiment.parse(
        "test", EXPERIMENT.formatted(source), List.of(sets), new Configuration());
  }

  private static double[] pixels(int example) {
    int size = DIGITS.shape().size();
    return IntStream.range(0, size)
        .mapToDouble(j -> DIGITS.bytes()[example * size + j] & 0xff)
        .toArray();
  }

  /** Vectors, every second one sparse, with labels as text, and a column that is not used. */
  private static Dataset<Row> vectors(List<Integer> examples) {
    StructType columns =
        new StructType()
            .add("pixels", SQLDataTypes.VectorType())
            .add("label", DataTypes.StringType)
            .add("noise", DataTypes.TimestampType);
    List<Row> rows = new ArrayList<>();
    for (int i : examples) {
      Vector dense = Vectors.dense(pixels(i));
      Vector vector = i % 2 == 0 ? dense : dense.toSparse();
      rows.add(RowFactory.create(vector, String.valueOf(DIGITS.labels()[i]), null));
    }
    return session.createDataFrame(rows, columns);
  }

  private static List<Integer> shuffled(long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, COUNT).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    return order;
  }

  private static float[] trained(Dataset<Row> frame, String strategy, int ranks) throws Exception {
    Experiment one = experiment(TABLE, "train.strategy=" + strategy, "train.ranks=" + ranks);
    return Training.of(one).data(frame).run().parameters();
  }

  private static JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  @Test
  void framesOfAnyPartitionsTrainToTheParametersOfFilesByEveryStrategy() throws Exception {
    for (int partitions : new int[] {1, 3, 17}) {
      Dataset<Row> frame = vectors(shuffled(partitions)).repartition(partitions);
      assertArrayEquals(expected, trained(frame, "serial", 0), "serial of " + partitions);
      int ranks = partitions == 1 ? 1 : partitions == 3 ? 2 : 4;
      for (String strategy : List.of("driver", "all-reduce"))
        assertArrayEquals(
            expected, trained(frame, strategy, ranks), strategy + " of " + partitions);
    }
  }

  @Test
  void unionsShufflesAndCachesAreTheSameExamples() throws Exception {
    List<Integer> order = shuffled(9);
    Dataset<Row> all = vectors(order.subList(0, 100)).union(vectors(order.subList(100, COUNT)));
    assertArrayEquals(expected, trained(all, "all-reduce", 2));
    assertArrayEquals(expected, trained(all.orderBy("label"), "driver", 2));
    Dataset<Row> cached = all.cache();
    try {
      assertArrayEquals(expected, trained(cached, "serial", 0));
      assertEquals(1, context().getPersistentRDDs().size(), "the user's own stays");
    } finally {
      cached.unpersist(true);
    }
  }

  @Test
  void arraysAndColumnsOfAnyNumbersAreTheSameExamples() throws Exception {
    Dataset<Row> arrays =
        vectors(shuffled(3))
            .withColumn(
                "pixels",
                org.apache.spark.ml.functions.vector_to_array(functions.col("pixels"), "float64"));
    assertArrayEquals(expected, trained(arrays, "serial", 0));
    Dataset<Row> shorts = arrays.withColumn("pixels", functions.col("pixels").cast("array<short>"));
    assertArrayEquals(expected, trained(shorts, "driver", 2));
    int size = DIGITS.shape().size();
    Dataset<Row> columns =
        shorts.select(
            IntStream.rangeClosed(0, size)
                .mapToObj(
                    j ->
                        j == size
                            ? functions.col("label").cast("int")
                            : functions.col("pixels").getItem(j).as("p." + j))
                .toArray(org.apache.spark.sql.Column[]::new));
    Experiment all = experiment("format = table, label = label", "train.strategy=serial");
    assertArrayEquals(expected, Training.of(all).data(columns).run().parameters());
  }

  private static byte[] bytes(int example) {
    int size = DIGITS.shape().size();
    return Arrays.copyOfRange(DIGITS.bytes(), example * size, (example + 1) * size);
  }

  @Test
  void imagesAndBytesOfAShapeAreTheSameExamples() throws Exception {
    StructType image =
        StructType.fromDDL(
            "origin string, height int, width int, nChannels int, mode int, data binary");
    StructType columns =
        new StructType()
            .add("image", image)
            .add("raw", DataTypes.BinaryType)
            .add("label", DataTypes.IntegerType);
    List<Row> rows = new ArrayList<>();
    for (int i : shuffled(6))
      rows.add(
          RowFactory.create(
              RowFactory.create("file", 28, 28, 1, 0, bytes(i)), bytes(i), DIGITS.labels()[i]));
    // One that cannot be read, as Spark has them.
    byte[] none = {};
    Row unread = RowFactory.create(RowFactory.create("file", -1, -1, -1, -1, none), none, 3);
    rows.add(unread);
    Dataset<Row> frame = session.createDataFrame(rows, columns).repartition(3);
    String grey = "format = table, label = label, features = [image], grey = true";
    String raw = "format = table, label = label, features = [raw], shape = [1, 28, 28]";
    String[] serial = {"train.strategy=serial", "data.invalid=skip"};
    String[] ranks = {"train.strategy=all-reduce", "train.ranks=2", "data.invalid=skip"};
    assertArrayEquals(
        expected, Training.of(experiment(grey, ranks)).data(frame).run().parameters());
    assertArrayEquals(
        expected, Training.of(experiment(raw, serial)).data(frame).run().parameters());
    String flat = "format = table, label = label, features = [raw], shape = flat";
    assertArrayEquals(
        expected, Training.of(experiment(flat, ranks)).data(frame).run().parameters());
    assertEquals(
        "the data frame: column raw: found 0 bytes, there must be at least one pixel",
        refused(flat, frame, "serial"));
    String refused = refused(grey, frame, "serial");
    assertEquals(
        "the data frame: column image: found an image of -1 x -1 pixels, -1 channels and 0 bytes,"
            + " which cannot be read",
        refused);
    assertEquals(
        "the data frame: column raw: found 0 bytes, shape = 1x28x28 has 784",
        refused(raw, frame, "serial"));
    assertEquals(
        "the data frame: column raw is binary: shape = [channels, height, width] says what its"
            + " bytes are",
        refused("format = table, label = label, features = [raw]", frame, "serial"));
  }

  @Test
  void nothingStaysInTheSession() throws Exception {
    JavaSparkContext context = context();
    context.setJobGroup("mine", "my own", false);
    float[] found = trained(vectors(shuffled(2)), "all-reduce", 2);
    assertArrayEquals(expected, found);
    assertEquals("mine", context.getLocalProperty("spark.jobGroup.id"));
    assertEquals("my own", context.getLocalProperty("spark.job.description"));
    assertEquals(0, context.getPersistentRDDs().size());
    assertEquals("3", session.conf().get("spark.sql.shuffle.partitions"));
    context.clearJobGroup();
    assertNull(context.getLocalProperty("spark.jobGroup.id"));
  }

  @Test
  void rowsThatAFlagMarksAreTheValidationSetAndTheRestTrainsAsWithoutThem() throws Exception {
    Dataset<Row> rest = vectors(shuffled(1).subList(0, 240));
    Dataset<Row> marked = vectors(shuffled(1).subList(240, COUNT));
    Experiment plain = experiment(TABLE, "train.strategy=serial", "data.validation=0");
    float[] alone = Training.of(plain).data(rest).run().parameters();
    Dataset<Row> all =
        rest.withColumn("held", functions.lit(false))
            .union(marked.withColumn("held", functions.lit(true)));
    String flagged = TABLE + ", validation-flag = held";
    Training serial =
        Training.of(experiment(flagged, "train.strategy=serial")).data(all.repartition(3));
    assertEquals(COUNT - 240, serial.plan().data().validation());
    assertArrayEquals(alone, serial.run().parameters());
    Experiment ranks = experiment(flagged, "train.strategy=all-reduce", "train.ranks=2");
    assertArrayEquals(alone, Training.of(ranks).data(all).run().parameters());
  }

  @Test
  void aFlagThatMarksAllRowsIsNamed() {
    Dataset<Row> all = vectors(shuffled(1)).withColumn("held", functions.lit(true));
    Training training =
        Training.of(experiment(TABLE + ", validation-flag = held", "train.strategy=serial"))
            .data(all);
    DataException e = assertThrows(DataException.class, training::plan);
    assertTrue(
        e.getMessage()
            .endsWith(": its validation-flag is true in all rows: none is left for training"),
        e.getMessage());
  }

  private static final String SHOP =
      """
      data {
        train { %s, label = kind, exclude = [id] }, validation = 0.2
        missing = %s, missing-indicator = true, invalid = skip
      }
      model.layers = [{ type = dense, units = 6, activation = tanh }, { type = dense, units = auto }]
      train { epochs = 2, batch = 40, workers = 4 }
      """;

  private static final StructType SHOP_COLUMNS =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("city", DataTypes.StringType)
          .add("code", DataTypes.StringType)
          .add("area", DataTypes.DoubleType)
          .add("year", DataTypes.IntegerType)
          .add("garden", DataTypes.BooleanType)
          .add("kind", DataTypes.StringType);

  private static Dataset<Row> shop(List<Object[]> rows) {
    return session.createDataFrame(rows.stream().map(RowFactory::create).toList(), SHOP_COLUMNS);
  }

  /** Of a training its parameters, and the rows that it left out. */
  private record Found(String parameters, long invalid) {

    static Found of(String source, String missing, Dataset<Row> frameOrNull, String... sets)
        throws Exception {
      List<Event.Described> told = new ArrayList<>();
      Training training =
          Training.of(
                  Experiment.parse(
                      "test", SHOP.formatted(source, missing), List.of(sets), new Configuration()))
              .listen(
                  event -> {
                    if (event instanceof Event.Described described) told.add(described);
                  });
      if (frameOrNull != null) training = training.data(frameOrNull);
      Outcome outcome = training.run();
      return new Found(Fingerprint.sha256(outcome.model().parameters()), told.get(0).invalidRows());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mean", "median", "skip"})
  void textsBooleansGapsAndInvalidRowsTrainToTheParametersOfTheTableAsText(String missing)
      throws Exception {
    List<Object[]> rows = TestTables.shop(3, 300);
    Path file = Files.writeString(dir.resolve("shop.csv"), TestTables.csv(TestTables.SHOP, rows));
    Found expected =
        Found.of("format = csv, file = \"" + file + "\"", missing, null, "train.strategy=serial");
    assertEquals(6, expected.invalid);
    Collections.shuffle(rows, new Random(4));
    String table = "format = table";
    Dataset<Row> typed = shop(rows);
    assertEquals(expected, Found.of(table, missing, typed.repartition(5), "train.strategy=serial"));
    Dataset<Row> texts = session.read().option("header", true).csv(file.toString()).repartition(3);
    String ranks = "train.ranks=2";
    assertEquals(
        expected,
        Found.of(
            table + ", features = [\"c*\", area, -3, garden]",
            missing,
            texts,
            "train.strategy=all-reduce",
            ranks));
    if (missing.equals("skip")) return;
    assertEquals(
        expected, Found.of(table, missing, typed.repartition(7), "train.strategy=driver", ranks));
  }

  private static String refused(String source, Dataset<Row> frame, String strategy) {
    String ranks = "train.ranks=" + (strategy.equals("serial") ? 0 : 2);
    Experiment one = experiment(source, "train.strategy=" + strategy, ranks);
    DataException e = assertThrows(DataException.class, () -> Training.of(one).data(frame).run());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage();
  }

  @Test
  void aFrameThatGivesOtherRowsTheNextTimeEndsInOneLine() {
    UserDefinedFunction drawn =
        functions.udf((UDF0<Double>) Math::random, DataTypes.DoubleType).asNondeterministic();
    Dataset<Row> frame =
        session
            .range(0, 40, 1, 2)
            .selectExpr("id % 2 as label")
            .withColumn("a", drawn.apply())
            .withColumn("b", functions.lit(1));
    String expected =
        "the data frame: gave other rows when it was computed again: save or checkpoint it";
    for (String strategy : List.of("serial", "driver", "all-reduce"))
      assertEquals(expected, refused("format = table, label = label", frame, strategy), strategy);
  }

  @Test
  void whatCannotBeAnExampleIsRefusedInOneLineThatNamesTheColumn() {
    Dataset<Row> frame =
        session.sql(
            "select id % 2 as label, cast(id as double) as a, if(id = 7, null, id) as gap,"
                + " if(id = 3, double('NaN'), id) as broken, cast(id as string) as text,"
                + " if(id = 5, null, 'x') as kind, id / 4 as price, array(1, 2) as pair,"
                + " if(id = 2, array(1), array(1, 2)) as ragged, 1 as one, 2 as one, 3 as one_more"
                + " from range(0, 20, 1, 3)");
    record Case(String source, String line) {}
    String from = "format = table, label = ";
    for (Case c :
        List.of(
            new Case(
                from + "label, features = [a, gap]",
                "the data frame: column gap: found null, a missing value: data.missing = mean,"
                    + " median, zero or skip allows it"),
            new Case(
                from + "label, features = [broken]",
                "the data frame: column broken: found 'NaN', a missing value: data.missing = mean,"
                    + " median, zero or skip allows it"),
            new Case(
                from + "kind, features = [a]",
                "the data frame: column kind: found null, a label must have a value"),
            new Case(
                from + "price, features = [a]",
                "the data frame: column price: found 0.25, a class must be a whole number; is this"
                    + " a regression? Then task = regression (of Spark ML: KudariRegressor)"),
            new Case(
                from + "price, numbered = true, features = [a]",
                "the data frame: column price: found 0.25, the number of a class must be whole and"
                    + " within 0..65535; is this a regression? Then task = regression (of Spark"
                    + " ML: KudariRegressor)"),
            new Case(
                from + "broken, task = regression, features = [a]",
                "the data frame: column broken: found NaN, a target must be a finite number"),
            new Case(
                from + "label, features = [a, pair]",
                "the data frame: column pair is array<int>, features are numbers, booleans or"
                    + " texts, or one column of vectors or pixels; exclude leaves it out"),
            new Case(
                from + "label, features = [a, text], columns { text = category }",
                "the data frame: column text has as many different values as rows, 20:"
                    + " data.train.exclude = [text] leaves it out; where it is of numbers,"
                    + " data.train.columns says so"),
            new Case(
                from + "pair, features = [a]",
                "the data frame: column pair is array<int>, labels are numbers or text"),
            new Case(
                from + "label, features = [ragged]",
                "the data frame: 1 features, the first example has 2"),
            new Case(
                from + "label, features = [a], validation-flag = one_more",
                "the data frame: column one_more is int, a validation flag is boolean"),
            new Case(
                from + "label, features = [one]",
                "the data frame: more than one column is named one")))
      assertEquals(c.line, refused(c.source, frame, "serial"));
    assertEquals(
        "the data frame: no column nowhere among its 12, found 'label, a, gap, broken, text, kind,"
            + " price…'",
        refused(from + "label, features = [nowhere]", frame, "serial"));
    String excluded = refused(from + "label, features = [a], exclude = [nowhere]", frame, "serial");
    assertTrue(excluded.startsWith("the data frame: no column nowhere among its "), excluded);
    String none = refused(from + "nothing, features = [a]", frame, "serial");
    assertTrue(none.startsWith("the data frame: no column nothing among its "), none);
  }

  @Test
  void aRowThatCannotBeComputedEndsInOneLine() {
    UserDefinedFunction failing =
        functions.udf(
            (UDF1<Long, Double>)
                id -> {
                  if (id == 11) throw new IllegalStateException("eleven\nis broken");
                  return 1.0;
                },
            DataTypes.DoubleType);
    Dataset<Row> frame =
        session
            .range(20)
            .selectExpr("id", "id % 2 as label")
            .withColumn("a", failing.apply(functions.col("id")));
    String line = refused("format = table, label = label, features = [a]", frame, "driver");
    assertTrue(line.startsWith("the data frame: cannot be read: "), line);
  }
}
