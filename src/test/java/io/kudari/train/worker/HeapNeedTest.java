package io.kudari.train.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.data.DataException;
import org.junit.jupiter.api.Test;

/** The comparison; what a run needs is measured on the command, by real processes. */
class HeapNeedTest {

  @Test
  void exactlyAsMuchAsThereIsIsNotRefused() {
    HeapNeed need = new HeapNeed(3L << 30, 5, 2);
    assertEquals((3L << 30) + 7, need.total());
    need.check("training", need.total(), "X");
    DataException e =
        assertThrows(DataException.class, () -> need.check("training", need.total() - 1, "X"));
    assertEquals(
        "training needs at least 3221225479 bytes of Java heap (examples 3221225472, batches 5,"
            + " parameters and state 2), but there are 3221225478: raise X",
        e.getMessage());
  }
}
