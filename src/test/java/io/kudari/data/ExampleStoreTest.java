package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.digits.DigitsSource;
import io.kudari.data.order.Division;
import io.kudari.data.order.KeyCounts;
import io.kudari.model.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleStoreTest {

  /** Three pieces, and a part of a fourth. */
  private static final int WIDTH = 10_000;

  @TempDir Path folder;

  private static byte[] pixels(int example) {
    byte[] pixels = new byte[WIDTH];
    new Random(example).nextBytes(pixels);
    return pixels;
  }

  private ExampleStore filled(boolean ofBytes, int targets, int count, long heap) {
    var layout = ExampleStore.Layout.of(Shape.flat(WIDTH), ofBytes, targets, false);
    StoreWriter writer = new StoreWriter(layout, new StoreWriter.Room(heap, folder));
    ExampleRecord record = new ExampleRecord(layout);
    for (int i = 0; i < count; i++) {
      record.begin(pixels(i), Offsets.NONE);
      double[] values = new double[targets];
      for (int k = 0; k < targets; k++) values[k] = i + k * 0.25;
      writer.add(targets == 0 ? record.end(i * 7) : record.end(values));
    }
    assertEquals(count, writer.count());
    ExampleStore store = writer.store();
    long kept = (long) count * layout.size();
    assertEquals(heap >= kept, writer.spilled() == 0);
    return store;
  }

  @ParameterizedTest
  @CsvSource({
    "true, 0, 1300, 1000000000", "true, 0, 1300, 0", "true, 2, 1300, 5000000",
    "false, 0, 330, 1000000000", "false, 3, 330, 0", "false, 0, 1, 0"
  })
  void whatIsAddedIsFoundOnTheHeapAndInTheFile(boolean ofBytes, int targets, int count, long heap)
      throws IOException {
    ExampleStore store = filled(ofBytes, targets, count, heap);
    assertEquals(count, store.count());
    byte[] bytes = new byte[WIDTH + 1];
    float[] floats = new float[WIDTH + 1];
    float[] values = new float[targets];
    for (int i = 0; i < count; i++) {
      byte[] expected = pixels(i);
      if (ofBytes) store.features(i, bytes, 1);
      else store.features(i, floats, 1);
      for (int j = 0; j < WIDTH; j += 97)
        assertEquals(expected[j] & 0xff, ofBytes ? bytes[j + 1] & 0xff : (int) floats[j + 1]);
      if (targets == 0) assertEquals(i * 7, store.label(i));
      store.targets(i, values, 0);
      for (int k = 0; k < targets; k++) assertEquals(i + k * 0.25f, values[k]);
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(0, left.count(), "a file that the system does not remove by itself");
    }
  }

  /** Their records have 8 bytes, so that each split has places for 2^19. */
  @Test
  void moreSplitsThanThereArePlacesForAreRefusedInOneLine() {
    assertEquals(4095, ofSplits(4095).training()[0].length);
    DataException e = assertThrows(DataException.class, () -> ofSplits(4096));
    assertEquals(
        "digits: one process cannot hold examples of 4096 splits, each with places for 524288 at"
            + " least, more than 2^31-1 in all: write fewer, larger files",
        e.getMessage());
  }

  /** Each of the same example. */
  private static Shards ofSplits(int count) {
    var layout = ExampleStore.Layout.of(Shape.flat(4), true, 0, false);
    StoreWriter writer = new StoreWriter(layout, StoreWriter.Room.ofHeap());
    writer.add(new ExampleRecord(layout).begin(new byte[4], Offsets.NONE).end(0));
    Kept one = new Kept(writer.store(), new long[1], new int[1]);
    KeyCounts keys = new KeyCounts();
    for (int i = 0; i < count; i++) keys.add(0, 0);
    Division division = new Division(keys, Division.Rules.whole(1));
    return Kept.shards(new DigitsSource(count, 1), Collections.nCopies(count, one), division, 0, 1);
  }

  @Test
  void whatMemoryCannotHoldIsFetchedFromItsPlaceInTheFileOfAll() throws IOException {
    StoreWriter.Room room = new StoreWriter.Room(0, folder, (1 << 22) + 1);
    var layout = ExampleStore.Layout.of(Shape.flat(WIDTH), true, 0, false);
    ExampleRecord record = new ExampleRecord(layout);
    StoreWriter one = new StoreWriter(layout, room);
    StoreWriter other = new StoreWriter(layout, room);
    for (int i = 0; i < 1300; i++) {
      one.add(record.begin(pixels(i), Offsets.NONE).end(i));
      other.add(record.begin(pixels(-i), Offsets.NONE).end(i));
    }
    assertEquals(one.spilled() + other.spilled() > (1 << 22) + 1, room.exceedsMemory());
    ExampleStore all = ExampleStore.joined(List.of(one.store(), other.store()));
    assertTrue(room.exceedsMemory());
    int[] rows = IntStream.range(0, 1300).map(i -> all.span() / 2 + 1299 - i).toArray();
    all.ahead(rows, 0, rows.length).await();
    byte[] found = new byte[WIDTH];
    for (int i = 0; i < rows.length; i++) {
      all.features(rows[i], found, 0);
      assertArrayEquals(pixels(i - 1299), found);
    }
  }

  @Test
  void fetchedBytesAreThoseOfThePiece() throws IOException {
    SpillFile file = SpillFile.in(folder);
    assertEquals(0, file.reserve(12_345));
    FilePages pages = new FilePages(new StoreWriter.Room(0, folder, 0), file, file.reserve(WIDTH));
    assertEquals(12_345, pages.at());
    assertFalse(pages.areFetched(), "nothing lies in files");
    assertFalse(FilePages.NONE.areFetched());
    ByteBuffer mapped = pages.mapped(ByteBuffer.wrap(pixels(1)));
    ByteBuffer fetched = ByteBuffer.allocate(100);
    pages.fetch(200, fetched);
    assertEquals(mapped.slice(200, 100), fetched.flip());
    file.release();
  }

  @Test
  void examplesAreComparedByAllThatTheyHold() {
    var layout = ExampleStore.Layout.of(Shape.flat(1), false, 2, false);
    StoreWriter writer = new StoreWriter(layout, StoreWriter.Room.ofHeap());
    float[][] rows = {{1, 2, 3}, {1, 2, 3}, {1, 2, 4}, {1, 5, 3}, {9, 2, 3}};
    for (float[] row : rows) {
      ExampleRecord begun = new ExampleRecord(layout).begin(new float[] {row[0]});
      writer.add(begun.end(new double[] {row[1], row[2]}));
    }
    ExampleStore store = writer.store();
    assertEquals(0, store.compare(0, 1));
    for (int i = 2; i < rows.length; i++) {
      assertTrue(store.compare(0, i) != 0);
      assertEquals(Math.signum(store.compare(0, i)), -Math.signum(store.compare(i, 0)));
    }
  }

  @Test
  void aFolderThatCannotBeWrittenToIsNamed() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    var layout = ExampleStore.Layout.of(Shape.flat(WIDTH), true, 0, false);
    ExampleRecord record = new ExampleRecord(layout);
    StoreWriter writer = new StoreWriter(layout, new StoreWriter.Room(0, file));
    var e =
        assertThrows(
            DataException.class,
            () -> {
              for (int i = 0; i < 1000; i++) {
                writer.add(record.begin(pixels(i), Offsets.NONE).end(0));
              }
            });
    assertTrue(e.getMessage().startsWith(file + ": cannot keep examples there"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1_000_000_000})
  void joinedStoresHaveTheExamplesOfEachBehindTheSpansBefore(long heap) {
    ExampleStore one = filled(true, 0, 500, heap);
    ExampleStore two = filled(true, 0, 3, heap);
    ExampleStore all = ExampleStore.joined(List.of(one, two, one));
    assertEquals(1003, all.count());
    assertEquals(7 * 499, all.label(499));
    assertEquals(7 * 2, all.label(one.span() + 2));
    assertEquals(7 * 499, all.label(one.span() + two.span() + 499));
    assertEquals(0, all.compare(0, one.span()));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1_000_000_000})
  void classesGetOtherNumbersWhereverTheyLie(long heap) {
    var layout = ExampleStore.Layout.of(Shape.flat(WIDTH), true, 0, false);
    ExampleRecord record = new ExampleRecord(layout);
    StoreWriter writer = new StoreWriter(layout, new StoreWriter.Room(heap, folder));
    for (int i = 0; i < 900; i++) writer.add(record.begin(pixels(i), Offsets.NONE).end(i % 3));
    writer.relabel(new int[] {5, 0, 9});
    ExampleStore store = writer.store();
    for (int i = 0; i < 900; i++) assertEquals(new int[] {5, 0, 9}[i % 3], store.label(i));
  }

  @Test
  void aCopyHoldsTheSame() {
    Examples examples =
        new Examples(Shape.flat(2), null, new float[] {1, 2, 3, 4}, null, new float[] {5, 6}, 2);
    ExampleStore store = ExampleStore.of(examples);
    float[] row = new float[3];
    store.features(1, row, 0);
    store.targets(1, row, 2);
    assertArrayEquals(new float[] {3, 4, 6}, row);
  }
}
