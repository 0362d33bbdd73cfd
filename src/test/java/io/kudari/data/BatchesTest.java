package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.model.MiniBatch;
import io.kudari.model.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BatchesTest {

  private static final Shape SHAPE = Shape.flat(2);
  private static final MiniBatch.Draw DRAW = new MiniBatch.Draw(1, 2, 3);
  private static final byte[] PIXELS = {0, 1, 2, 3, 4, (byte) 250};

  private static Batches labelled() {
    return new Batches(
        new Examples(SHAPE, PIXELS, null, new int[] {7, 8, 9}, null, 3), Normalizer.none());
  }

  @Test
  void rowsComeInTheOrderAskedForWithTheirLabels() {
    MiniBatch batch = MiniBatch.labelled(SHAPE, 4);
    labelled().fill(batch, new int[] {0, 2, 0, 1}, 1, 3, DRAW);
    assertEquals(2, batch.count());
    assertEquals(DRAW, batch.draw());
    assertArrayEquals(new float[] {4, 250, 0, 1}, Arrays.copyOf(batch.features(), 4));
    assertArrayEquals(new int[] {9, 7}, Arrays.copyOf(batch.labels, 2));
  }

  @Test
  void targetsFollowTheirRowsAndFeaturesAreNormalised() {
    float[] targets = {1, 2, 3, 4, 5, 6};
    Examples examples = new Examples(SHAPE, PIXELS, null, null, targets, 3);
    MiniBatch batch = MiniBatch.targeted(SHAPE, 2, 2);
    new Batches(examples, Normalizer.scale(2)).fill(batch, new int[] {2, 1}, 0, 2, DRAW);
    assertArrayEquals(new float[] {2, 125, 1, 1.5f}, batch.features());
    assertArrayEquals(new float[] {5, 6, 3, 4}, batch.targets);
  }

  @Test
  void pixelsStayBytesUntilTheirFeaturesAreAskedFor() {
    MiniBatch batch = MiniBatch.labelled(SHAPE, 2);
    Examples examples = new Examples(SHAPE, PIXELS, null, new int[3], null, 3);
    new Batches(examples, Normalizer.scale(2)).fill(batch, new int[] {2, 0}, 0, 2, DRAW);
    assertTrue(batch.holdsBytes());
    assertArrayEquals(new byte[] {4, (byte) 250, 0, 1}, batch.bytes());
    float[] normalised = new float[4];
    batch.normalise(normalised);
    assertArrayEquals(new float[] {2, 125, 0, 0.5f}, normalised);
    assertTrue(batch.holdsBytes());
    assertArrayEquals(normalised, batch.features());
    assertFalse(batch.holdsBytes());
    assertThrows(IllegalStateException.class, () -> batch.normalise(normalised));
  }

  @Test
  void aBatchMayHoldBytesAndFloatsInTurn() {
    MiniBatch batch = MiniBatch.labelled(SHAPE, 1);
    Examples floats = new Examples(SHAPE, null, new float[] {3, -5}, new int[1], null, 1);
    for (int i = 0; i < 2; i++) {
      labelled().fill(batch, new int[] {2}, 0, 1, DRAW);
      new Batches(floats, Normalizer.scale(2)).fill(batch, new int[] {0}, 0, 1, DRAW);
      assertArrayEquals(new float[] {1.5f, -2.5f}, batch.features());
      labelled().fill(batch, new int[] {2}, 0, 1, DRAW);
      assertArrayEquals(new float[] {4, 250}, batch.features());
    }
  }

  @Test
  void aRefilledBatchCountsOnlyItsNewExamplesAndMayBeEmpty() {
    MiniBatch batch = MiniBatch.labelled(SHAPE, 3);
    labelled().fill(batch, new int[] {0, 1, 2}, 0, 3, DRAW);
    labelled().fill(batch, new int[] {0, 1, 2}, 3, 3, DRAW);
    assertEquals(0, batch.count());
  }

  @Test
  void batchesOfAnotherKindShapeOrSizeAreRefused() {
    int[] rows = {0, 1, 2};
    MiniBatch[] wrong = {
      MiniBatch.labelled(SHAPE, 2),
      MiniBatch.labelled(Shape.flat(3), 3),
      MiniBatch.targeted(SHAPE, 3, 1)
    };
    for (MiniBatch batch : wrong) {
      assertThrows(IllegalArgumentException.class, () -> labelled().fill(batch, rows, 0, 3, DRAW));
    }
    Examples two = new Examples(SHAPE, PIXELS, null, null, new float[6], 3);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Batches(two, Normalizer.none())
                .fill(MiniBatch.targeted(SHAPE, 3, 1), rows, 0, 3, DRAW));
  }
}
