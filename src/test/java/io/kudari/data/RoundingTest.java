package io.kudari.data;

import static io.kudari.data.TestFiles.HADOOP;
import static io.kudari.data.TestFiles.all;
import static io.kudari.data.TestFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.digits.DigitsSource;
import io.kudari.data.format.CsvSource;
import io.kudari.data.format.IdxSource;
import io.kudari.data.format.LibSvmSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the doubles of a table as floats. */
class RoundingTest {

  private static final long TIME = 1_700_000_000;

  @TempDir Path folder;

  /** A table of two features, of which the caller says the first. */
  private CsvSource table(int rows, IntFunction<String> feature) {
    String lines =
        IntStream.range(0, rows)
            .mapToObj(i -> feature.apply(i) + "," + i * 0.37 + "," + i % 2)
            .collect(Collectors.joining("\n", "t,x,y\n", "\n"));
    return new CsvSource(
        write(folder, "t.csv", lines), true, ',', Task.CLASSIFICATION, List.of("y"), List.of());
  }

  private Rounding rounding(int rows, IntFunction<String> feature) throws IOException {
    return table(rows, feature).survey(HADOOP, Schema.UNKNOWN, 1).rounding();
  }

  @Test
  void secondsSince1970KeepTheirLowDigitsAsDifferencesFromAnOffset() throws IOException {
    CsvSource source = table(300, i -> String.valueOf(TIME + i));
    Rounding found = source.survey(HADOOP, Schema.UNKNOWN, 1).rounding();
    assertEquals(new Offsets(new double[] {TIME, 0}), found.offsets());
    assertEquals(List.of("t"), found.merged());
    assertEquals(List.of(), found.mergedWithOffsets());
    float[] rows =
        source.load(HADOOP, Schema.UNKNOWN, new int[] {1, 299}, found.offsets()).floats();
    assertArrayEquals(new float[] {1, (float) 0.37, 299, (float) (299 * 0.37)}, rows);
    assertEquals(TIME, source.load(HADOOP, Schema.UNKNOWN, new int[] {1}).floats()[0], 128);
  }

  @Test
  void offsetsAreFoundInLibSvmToo() throws IOException {
    String lines =
        IntStream.range(0, 90)
            .mapToObj(i -> i % 2 + " 1:" + (TIME + i) + " 3:" + i)
            .collect(Collectors.joining("\n"));
    LibSvmSource source =
        new LibSvmSource(write(folder, "t.svm", lines), Task.CLASSIFICATION, 0, List.of());
    Offsets offsets = source.survey(HADOOP, Schema.UNKNOWN, 1).rounding().offsets();
    assertEquals(new Offsets(new double[] {TIME, 0, 0}), offsets);
    assertArrayEquals(
        new float[] {89, 0, 89},
        source.load(HADOOP, Schema.UNKNOWN, new int[] {89}, offsets).floats());
  }

  @Test
  void pixelsThatATablesModelIsAppliedToAreFloatsLessItsOffsets() throws IOException {
    byte[] images = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, (byte) 200, 4};
    byte[] labels = {0, 0, 8, 1, 0, 0, 0, 2, 1, 0};
    IdxSource idx =
        new IdxSource(write(folder, "i.idx", images), write(folder, "l.idx", labels), 2);
    Offsets offsets = new Offsets(new double[] {TIME, 0});
    Examples all = idx.load(HADOOP, Schema.UNKNOWN, new int[] {0, 1}, offsets);
    assertArrayEquals(
        new float[] {(float) (1.0 - TIME), 2, (float) (200.0 - TIME), 4}, all.floats());
    assertArrayEquals(new int[] {1, 0}, all.labels());
  }

  @Test
  void whatFloatsHoldWellEnoughHasNoOffset() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    assertEquals(Rounding.EXACT, rounding(5000, i -> String.valueOf(random.nextDouble())));
    assertEquals(Rounding.EXACT, rounding(500, i -> String.valueOf(1950 + i % 70)));
    assertEquals(Rounding.EXACT, rounding(500, i -> "0.1"));
    assertEquals(Rounding.EXACT, rounding(500, i -> String.valueOf(-3 + i * 0.01)));
  }

  @Test
  void columnsInWhichRoundingStillMergesValuesAreNamed() throws IOException {
    Rounding sparse = rounding(300, i -> i % 5 == 0 ? "0" : String.valueOf(TIME + i));
    assertEquals(Offsets.NONE, sparse.offsets());
    assertEquals(List.of("t"), sparse.merged());
    assertEquals(List.of("t"), sparse.mergedWithOffsets());
    Rounding noise = rounding(300, i -> i % 2 == 0 ? "0.3" : "0.30000000000000004");
    assertEquals(Offsets.NONE, noise.offsets());
    assertEquals(List.of("t"), noise.mergedWithOffsets());
  }

  @Test
  void withoutOffsetsEveryTextBecomesTheFloatNearestToIt() throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    List<String> halfway =
        List.of(
            "1.00000005960464477539062500000001",
            "1.00000005960464477539062499999999",
            "1.000000059604644775390625",
            "16777217",
            "16777217.0000000001",
            "-1e-45",
            "1e-400",
            "7.006492321624085354618e-46");
    List<String> texts =
        IntStream.range(0, 400)
            .mapToObj(
                i ->
                    i < halfway.size()
                        ? halfway.get(i)
                        : String.valueOf(random.nextDouble()) + random.nextLong(1L << 60))
            .toList();
    CsvSource source = table(texts.size(), texts::get);
    float[] read = source.load(HADOOP, Schema.UNKNOWN, all(source.describe(HADOOP))).floats();
    for (int i = 0; i < texts.size(); i++) {
      assertEquals(
          Float.floatToRawIntBits(Float.parseFloat(texts.get(i))),
          Float.floatToRawIntBits(read[2 * i]),
          texts.get(i));
    }
  }

  @Test
  void digitsThatOnlyDoublesHoldBelongToTheFingerprint() throws IOException {
    String one = table(90, i -> String.valueOf(TIME + i)).describe(HADOOP).fingerprint();
    String other =
        table(90, i -> String.valueOf(TIME + (i == 5 ? 6 : i))).describe(HADOOP).fingerprint();
    assertNotEquals(one, other);
  }

  /** A regression of two targets, of which the caller says the first. */
  private CsvSource targets(String name, int rows, IntFunction<String> target) {
    String lines =
        IntStream.range(0, rows)
            .mapToObj(i -> i * 0.37 + "," + target.apply(i) + "," + i)
            .collect(Collectors.joining("\n", "x,t,u\n", "\n"));
    String file = write(folder, name, lines);
    return new CsvSource(file, true, ',', Task.REGRESSION, List.of("t", "u"), List.of());
  }

  @Test
  void targetsThatFloatsDoNotTellApartAreRefused() throws IOException {
    CsvSource times = targets("t.csv", 300, i -> String.valueOf(TIME + i * 0.37));
    String line =
        "t.csv: target t lies within 1700000000..1.70000011063E9, where 32-bit floats have steps of"
            + " 128 and lose more than 0.001 of its variance: subtract a constant from it, such as"
            + " 1700000055";
    var e = assertThrows(DataException.class, () -> times.describe(HADOOP));
    assertEquals(line, e.getMessage().substring(folder.toString().length() + 1));
    // Whatever set it is.
    Schema schema = targets("right.csv", 90, i -> i + ".5").describe(HADOOP).schema();
    var again = assertThrows(DataException.class, () -> times.describe(HADOOP, schema));
    assertEquals(e.getMessage(), again.getMessage());
    CsvSource small = targets("s.csv", 90, i -> i % 7 + "e-46");
    var tiny = assertThrows(DataException.class, () -> small.describe(HADOOP));
    assertTrue(tiny.getMessage().endsWith(": multiply it by a constant"), tiny.getMessage());
    // Where no square is left of what differs, too.
    CsvSource none = targets("z.csv", 90, i -> i % 7 + "e-200");
    var gone = assertThrows(DataException.class, () -> none.describe(HADOOP));
    assertTrue(gone.getMessage().endsWith(": multiply it by a constant"), gone.getMessage());
    // No whole number lies among them.
    CsvSource close = targets("n.csv", 300, i -> String.valueOf(0.1 + i * 1e-10));
    var near = assertThrows(DataException.class, () -> close.describe(HADOOP));
    assertTrue(near.getMessage().endsWith("from it, such as 0.1"), near.getMessage());
  }

  @Test
  void targetsThatLoseALittleAreToldAndOthersAreNot() throws IOException {
    List<String> notes =
        targets("t.csv", 300, i -> String.valueOf(TIME + i * 200)).describe(HADOOP).notes();
    assertEquals(1, notes.size(), notes.toString());
    assertTrue(notes.get(0).contains("lose more than 0.000001 of its variance; "), notes.get(0));
    for (IntFunction<String> target :
        List.<IntFunction<String>>of(
            i -> "0.1",
            i -> i % 2 == 0 ? "0.1" : "0.10000000000000002",
            i -> String.valueOf(TIME + 0.3),
            i -> String.valueOf(1950 + i % 70 + 0.1),
            i -> String.valueOf(TIME + i * 1e6),
            i -> String.valueOf(i * 1e-30)))
      assertEquals(List.of(), targets("t.csv", 300, target).describe(HADOOP).notes());
  }

  @Test
  void whatTargetsLoseIsThatOfTheirSumOfSquaresHoweverTheyAreDivided() {
    SplittableRandom random = new SplittableRandom(3);
    for (double step : new double[] {2, 300, 4000}) {
      double[] values = random.doubles(500).map(u -> TIME + step * u * 12).toArray();
      double mean = Arrays.stream(values).map(v -> v - TIME).average().orElseThrow();
      double squares = 0;
      double errors = 0;
      TargetWatch whole = new TargetWatch(1);
      TargetWatch parts = new TargetWatch(1);
      TargetWatch part = new TargetWatch(1);
      for (int i = 0; i < values.length; i++) {
        squares += (values[i] - TIME - mean) * (values[i] - TIME - mean);
        errors += ((float) values[i] - values[i]) * ((float) values[i] - values[i]);
        whole.add(new double[] {values[i]}, 1);
        part.add(new double[] {values[i]}, 1);
        if (i % 77 == 0) {
          parts.add(part);
          part = new TargetWatch(1);
        }
      }
      part.add(new double[] {0}, 0);
      parts.add(part);
      boolean refused = errors > 1e-3 * squares;
      for (TargetWatch watch : List.of(whole, parts)) {
        if (refused) assertThrows(DataException.class, () -> watch.rounding(List.of("t")));
        else assertEquals(1, watch.rounding(List.of("t")).size());
      }
    }
  }

  @Test
  void offsetsThatDoNotFitAreRefused() {
    CsvSource source = table(9, String::valueOf);
    Offsets three = new Offsets(new double[3]);
    assertThrows(
        IllegalArgumentException.class,
        () -> source.load(HADOOP, Schema.UNKNOWN, new int[] {0}, three));
    assertThrows(
        IllegalArgumentException.class,
        () -> new DigitsSource(9, 1).load(HADOOP, Schema.UNKNOWN, new int[] {0}, three));
    assertThrows(IllegalArgumentException.class, () -> new Offsets(new double[] {Double.NaN}));
    assertTrue(new Offsets(new double[0]).isNone());
  }
}
