package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.model.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillFileTest {

  private static final ExampleStore.Layout LAYOUT =
      ExampleStore.Layout.of(Shape.flat(1000), true, 0, false);

  private static final int COUNT = 5000;
  private static final long BYTES = (long) COUNT * LAYOUT.size();

  @TempDir Path folder;

  private static ExampleStore filled(StoreWriter.Room room) {
    StoreWriter writer = new StoreWriter(LAYOUT, room);
    ExampleRecord record = new ExampleRecord(LAYOUT);
    byte[] pixels = new byte[1000];
    for (int i = 0; i < COUNT; i++) {
      pixels[7] = (byte) i;
      writer.add(record.begin(pixels, Offsets.NONE).end(i));
    }
    return writer.store();
  }

  @Test
  void theDiskIsFreeWhenTheRoomIsClosedAndNobodyHoldsAStoreInIt() throws Exception {
    StoreWriter.Room room = new StoreWriter.Room(0, folder);
    ExampleStore store = filled(room);
    ExampleStore.Hold one = store.hold();
    ExampleStore.Hold other = ExampleStore.joined(List.of(store, store)).hold();
    try (SpilledExamples files = SpilledExamples.in(folder)) {
      assertTrue(files.bytes() >= BYTES, files.bytes() + " bytes");
      room.close();
      one.close();
      for (int i = 0; i < COUNT; i++) assertEquals(i, store.label(i));
      assertTrue(files.bytes() >= BYTES, files.bytes() + " bytes");
      other.close();
      assertEquals(0, files.bytes());
    }
    try (SpilledExamples left = SpilledExamples.in(folder)) {
      assertEquals(0, left.bytes());
    }
    assertThrows(IllegalStateException.class, store::hold);
  }

  @Test
  void whatIsClosedIsFilledNoMore() throws Exception {
    StoreWriter.Room room = new StoreWriter.Room(0, folder);
    StoreWriter.Room another = room.empty();
    ExampleStore unused = filled(another);
    try (SpilledExamples files = SpilledExamples.in(folder)) {
      assertTrue(files.bytes() >= BYTES, files.bytes() + " bytes");
      room.close();
      assertEquals(0, files.bytes(), "of a room that was made of it");
    }
    for (StoreWriter.Room closed : List.of(room, another, room.empty()))
      assertThrows(DataException.class, () -> filled(closed));
  }

  /** A channel is closed by it, and the mapping is not. */
  @Test
  void anInterruptedReaderLeavesTheExamplesToOthersAndTheDiskFreeInTheEnd() throws Exception {
    StoreWriter.Room room = SpilledExamples.tightRoom(folder);
    ExampleStore store = filled(room);
    ExampleStore.Hold hold = store.hold();
    assertTrue(store.isFetched());
    int[] rows = {4, 9};
    Thread.currentThread().interrupt();
    store.ahead(rows, 0, 2).await();
    assertTrue(Thread.interrupted(), "the reader is still told");
    store.ahead(rows, 0, 2).await();
    assertEquals(9, store.label(9));
    try (SpilledExamples files = SpilledExamples.in(folder)) {
      assertTrue(files.bytes() >= BYTES, files.bytes() + " bytes");
      hold.close();
      room.close();
      assertEquals(0, files.bytes());
    }
  }

  @Test
  void theThreadThatReadsAheadEndsWithTheFile() throws Exception {
    Set<Thread> others = Thread.getAllStackTraces().keySet();
    StoreWriter.Room room = SpilledExamples.tightRoom(folder);
    ExampleStore store = filled(room);
    store.ahead(new int[] {1, 2, 3}, 0, 3).await();
    List<Thread> own =
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().equals(ReadAhead.NAME) && !others.contains(t))
            .toList();
    assertEquals(1, own.size());
    room.close();
    own.get(0).join(5_000); // Idle it would end by itself, later.
    assertFalse(own.get(0).isAlive());
  }

  @Test
  void whatMemoryHoldsIsNotFetched() {
    try (StoreWriter.Room room = new StoreWriter.Room(0, folder, 2 * BYTES)) {
      ExampleStore store = filled(room);
      assertFalse(store.isFetched());
      assertEquals(Fetching.NONE, store.ahead(new int[] {1}, 0, 1));
    }
    assertFalse(filled(StoreWriter.Room.ofHeap()).isFetched());
  }
}
