package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.data.digits.DigitsSource;
import io.kudari.spark.SparkStart;
import io.kudari.train.DataPlan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Slow
class SharedExamplesTest {

  private static final Configuration HADOOP = new Configuration(false);
  private static final int[] SOME = {0, 3, 4, 29};

  @TempDir private static Path local;

  private static JavaSparkContext spark;

  @BeforeAll
  static void startSpark() {
    Map<String, String> settings = Map.of("spark.local.dir", local.toString());
    spark = SparkStart.startForRanks("test", "local[1]", settings);
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  /** Digits that tell how many are made at a time. */
  private record Counted(DigitsSource digits, List<Integer> made) implements ExampleSource {

    static Counted of(int examples, long seed) {
      return new Counted(new DigitsSource(examples, seed), new ArrayList<>());
    }

    @Override
    public String name() {
      return digits.name();
    }

    @Override
    public void read(Configuration hadoop, ExampleSink into) throws IOException {
      digits.read(hadoop, into);
    }

    @Override
    public Examples load(Configuration hadoop, Schema schema, int[] wanted) {
      made.add(wanted.length);
      return digits.load(hadoop, schema, wanted);
    }

    @Override
    public Optional<Generated> generated() {
      return digits.generated();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Counted counted && digits.equals(counted.digits);
    }

    @Override
    public int hashCode() {
      return digits.hashCode();
    }
  }

  private static DataPlan.Sources sources(ExampleSource train, ExampleSource testOrNull) {
    return new DataPlan.Sources(train, testOrNull, 0.25);
  }

  /** What a trial reads from. */
  private static DataPlan.Sources trial(SharedExamples shared, DataPlan.Sources sources) {
    return shared.of(sources).of(sources);
  }

  @Test
  void trialsHaveTheExamplesOfTheSourceMadeOnce() throws Exception {
    SharedExamples shared = new SharedExamples(spark);
    Counted train = Counted.of(30, 1);
    Counted test = Counted.of(40, 2);
    shared.of(sources(train, test));
    for (int i = 0; i < 3; i++) {
      DataPlan.Sources trial = trial(shared, sources(train, test));
      Schema schema = trial.train().survey(HADOOP, Schema.UNKNOWN, 1).description().schema();
      check(train.digits().load(HADOOP, schema, SOME), trial.train().load(HADOOP, schema, SOME));
      check(
          test.digits().load(HADOOP, schema, SOME), trial.testOrNull().load(HADOOP, schema, SOME));
    }
    assertEquals(List.of(30), train.made());
    assertEquals(List.of(40), test.made());
  }

  private static void check(Examples expected, Examples found) {
    assertArrayEquals(expected.bytes(), found.bytes());
    assertArrayEquals(expected.labels(), found.labels());
    assertEquals(expected.shape(), found.shape());
    assertEquals(expected.count(), found.count());
  }

  @Test
  void whatASingleTrialAsksForItMakesItself() {
    try (SharedExamples shared = new SharedExamples(spark)) {
      Counted train = Counted.of(30, 1);
      assertSame(train, trial(shared, sources(train, null)).train());
      assertEquals(List.of(), train.made());
    }
  }

  /** As a task has them. */
  private static SharedExamples.Sets sent(SharedExamples.Sets sets) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sets);
    }
    assertTrue(bytes.size() < 10_000, "sent " + bytes.size() + " bytes with a task");
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (SharedExamples.Sets) in.readObject();
    }
  }

  @Test
  void aTaskIsSentNoExamplesAndFindsThem() throws Exception {
    DataPlan.Sources sources = sources(new DigitsSource(1000, 1), null);
    try (SharedExamples shared = new SharedExamples(spark)) {
      shared.of(sources);
      SharedExamples.Sets there = sent(shared.of(sources));
      assertEquals(1, there.sent().size());
      ExampleSource train = there.of(sources).train();
      Schema schema = train.survey(HADOOP, Schema.UNKNOWN, 1).description().schema();
      check(sources.train().load(HADOOP, schema, SOME), train.load(HADOOP, schema, SOME));
    }
  }

  @Test
  void ofALargeSetATrialMakesWhatItWants() throws Exception {
    Counted large = Counted.of(100_000, 1);
    SharedExamples shared = new SharedExamples(spark);
    shared.of(sources(large, null));
    DataPlan.Sources trial = trial(shared, sources(large, null));
    for (int i = 0; i < 2; i++) trial.train().load(HADOOP, Schema.UNKNOWN, SOME);
    assertEquals(List.of(SOME.length, SOME.length), large.made());
  }

  @Test
  void filesAreReadByEveryTrial() {
    ExampleSource file =
        new ExampleSource() {
          @Override
          public String name() {
            return "file";
          }

          @Override
          public void read(Configuration hadoop, ExampleSink into) {
            throw new AssertionError("nobody asked");
          }
        };
    SharedExamples shared = new SharedExamples(spark);
    for (int i = 0; i < 2; i++) {
      DataPlan.Sources trial = trial(shared, sources(file, file));
      assertSame(file, trial.train());
      assertSame(file, trial.testOrNull());
    }
  }

  @Test
  void aSetThatCannotBeMadeIsLeftToItsTrialToRefuse() {
    DataPlan.Sources none = sources(new DigitsSource(0, 1), null);
    SharedExamples shared = new SharedExamples(spark);
    for (int i = 0; i < 2; i++) assertSame(none.train(), trial(shared, none).train());
  }
}
