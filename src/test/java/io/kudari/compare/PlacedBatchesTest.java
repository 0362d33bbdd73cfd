package io.kudari.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PlacedBatchesTest {

  @Test
  void aTaskBringsNoMoreThanSixteenMegabytesOnAverage() {
    assertEquals(4, PlacedBatches.slices(1000, 4));
    assertEquals(4, PlacedBatches.slices(63L << 20, 4));
    assertEquals(5, PlacedBatches.slices(64L << 20, 4));
    assertEquals(641, PlacedBatches.slices(10L << 30, 4));
  }
}
