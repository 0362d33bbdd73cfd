package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.data.format.CsvSource;
import io.kudari.data.format.IdxSource;
import io.kudari.data.order.Division;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker owns follows from the examples and the seed, not from how they are stored. */
class DealTest {

  private static final Configuration HADOOP = new Configuration(false);
  private static final SourceReader READER = new SourceReader(HADOOP);
  private static final int COUNT = 200;
  private static final int PIXELS = 4;
  private static final Division.Rules RULES = new Division.Rules(0.1, true, false, 5);

  @TempDir Path folder;

  /** Pixels and a class; every tenth example is there twice. */
  private static byte[][] examples(long seed) {
    Random random = new Random(seed);
    byte[][] rows = new byte[COUNT][PIXELS + 1];
    for (int i = 0; i < COUNT; i++) {
      random.nextBytes(rows[i]);
      rows[i][PIXELS] = (byte) (i % 3);
      if (i % 10 == 9) rows[i] = rows[i - 1].clone();
    }
    return rows;
  }

  private IdxSource idx(byte[][] rows) throws IOException {
    ByteBuffer images = ByteBuffer.allocate(12 + rows.length * PIXELS);
    images.putInt(0x0802).putInt(rows.length).putInt(PIXELS);
    ByteBuffer labels = ByteBuffer.allocate(8 + rows.length);
    labels.putInt(0x0801).putInt(rows.length);
    for (byte[] row : rows) {
      images.put(row, 0, PIXELS);
      labels.put(row[PIXELS]);
    }
    Path one = Files.write(folder.resolve("images.idx"), images.array());
    Path two = Files.write(folder.resolve("labels.idx"), labels.array());
    return new IdxSource(one.toString(), two.toString(), 3);
  }

  private CsvSource csv(byte[][] rows, String name, long seed) throws IOException {
    List<String> lines = new ArrayList<>();
    for (byte[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int j = 0; j < PIXELS; j++) line.append(row[j] & 0xff).append(".0,");
      lines.add(line.append(row[PIXELS]).append(".0").toString());
    }
    Collections.shuffle(lines, new Random(seed));
    lines.add(0, "a,b,c,d,label");
    Path file = Files.write(folder.resolve(name), lines);
    return new CsvSource(
        file.toString(), true, ',', Task.CLASSIFICATION, List.of("label"), List.of());
  }

  /** Each worker's examples, training and held out, in their order. */
  private static List<List<String>> owned(ExampleSource source, long seed) throws IOException {
    Survey survey = source.survey(HADOOP, Schema.UNKNOWN, seed);
    Division division = new Division(survey.keys(), RULES);
    List<List<String>> all = new ArrayList<>();
    for (int v = 0; v < RULES.workers(); v++) {
      Shards own =
          READER.deal(
              source,
              new Deal(survey.description().schema(), Offsets.NONE, seed, division),
              v,
              v + 1);
      all.add(shown(own.examples(), own.training()[0]));
      all.add(shown(own.examples(), own.held()[0]));
    }
    return all;
  }

  private static List<String> shown(ExampleStore all, int[] rows) {
    List<String> shown = new ArrayList<>();
    byte[] bytes = new byte[PIXELS];
    float[] floats = new float[PIXELS];
    for (int row : rows) {
      if (all.ofBytes()) all.features(row, bytes, 0);
      else all.features(row, floats, 0);
      String cells =
          IntStream.range(0, PIXELS)
              .mapToObj(j -> all.ofBytes() ? "" + (bytes[j] & 0xff) : "" + (int) floats[j])
              .toList()
              .toString();
      shown.add(cells + all.label(row));
    }
    return shown;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void pixelsATableOfThemAndItsRowsInAnotherOrderAreDealtAlike(long seed) throws IOException {
    byte[][] rows = examples(seed);
    List<List<String>> expected = owned(idx(rows), seed);
    assertEquals(COUNT, expected.stream().mapToInt(List::size).sum());
    for (int i = 0; i < 3; i++) {
      CsvSource table = csv(rows, "t" + i + ".csv", i);
      assertEquals(expected, owned(table, seed), "seed " + seed + ", shuffled by " + i);
    }
    assertNotEquals(expected, owned(idx(rows), seed + 1));
  }

  @Test
  void rangesOfWorkersHaveWhatEachOfThemHas() throws IOException {
    ExampleSource source = csv(examples(5), "t.csv", 1);
    List<List<String>> each = owned(source, 9);
    Survey survey = source.survey(HADOOP, Schema.UNKNOWN, 9);
    Division division = new Division(survey.keys(), RULES);
    Schema schema = survey.description().schema();
    Shards all = READER.deal(source, new Deal(schema, Offsets.NONE, 9, division), 1, 5);
    Shards some = all.of(1, 3);
    for (int v = 1; v < 5; v++)
      assertEquals(each.get(2 * v), shown(all.examples(), all.training()[v - 1]));
    for (int v = 2; v < 4; v++) {
      assertEquals(each.get(2 * v), shown(some.examples(), some.training()[v - 2]));
      assertEquals(each.get(2 * v + 1), shown(some.examples(), some.held()[v - 2]));
    }
  }

  @Test
  void theFingerprintDoesNotDependOnTheOrderOfRowsAndDoesOnOneCell() throws IOException {
    byte[][] rows = examples(5);
    String one = csv(rows, "a.csv", 1).describe(HADOOP).fingerprint();
    assertEquals(one, csv(rows, "b.csv", 2).describe(HADOOP).fingerprint());
    rows[17][2]++;
    assertNotEquals(one, csv(rows, "c.csv", 1).describe(HADOOP).fingerprint());
  }

  @Test
  void aSetThatChangedSinceItWasDescribedIsRefused() throws IOException {
    byte[][] rows = examples(5);
    CsvSource source = csv(rows, "t.csv", 1);
    Survey survey = source.survey(HADOOP, Schema.UNKNOWN, 1);
    Division division = new Division(survey.keys(), RULES);
    byte[][] more = Arrays.copyOf(rows, COUNT + 1);
    more[COUNT] = rows[0];
    for (byte[][] changed : new byte[][][] {Arrays.copyOf(rows, COUNT - 1), more}) {
      CsvSource same = csv(changed, "t.csv", 1);
      Schema schema = survey.description().schema();
      var e =
          assertThrows(
              DataException.class,
              () -> READER.deal(same, new Deal(schema, Offsets.NONE, 1, division), 0, 5));
      assertEquals(
          source.file() + ": has changed since it was described: it has other examples",
          e.getMessage());
    }
  }

  @Test
  void aSetOfAsManyExamplesOfWhichOneHasAnotherCellIsRefused() throws IOException {
    byte[][] rows = examples(5);
    CsvSource source = csv(rows, "t.csv", 1);
    Survey survey = source.survey(HADOOP, Schema.UNKNOWN, 1);
    Division division = new Division(survey.keys(), RULES);
    Deal deal = new Deal(survey.description().schema(), Offsets.NONE, 1, division);
    for (int i = 0; i < COUNT; i += 4) {
      byte[][] changed = rows.clone();
      changed[i] = rows[i].clone();
      changed[i][2]++;
      CsvSource other = csv(changed, "t.csv", 1);
      DataException e = assertThrows(DataException.class, () -> READER.deal(other, deal, 0, 5));
      assertEquals(
          source.file() + ": has changed since it was described: it has other examples",
          e.getMessage());
    }
  }
}
