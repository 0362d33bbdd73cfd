package io.kudari.train.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.data.DataException;
import org.junit.jupiter.api.Test;

/** The comparison; what a run needs is measured on the command, by real processes. */
class HeapNeedTest {

  @Test
  void exactlyAsMuchAsThereIsIsNotRefused() {
    HeapNeed need = new HeapNeed(3L << 30, 4, 5, 2);
    assertEquals((3L << 30) + 11, need.total());
    need.check("training", need.total(), "X");
    DataException e =
        assertThrows(DataException.class, () -> need.check("training", need.total() - 1, "X"));
    assertEquals(
        "training needs at least 3221225483 bytes of Java heap (examples 3221225472, indices of"
            + " them 4, batches 5, parameters and state 2), but there are 3221225482: raise X",
        e.getMessage());
  }
}
