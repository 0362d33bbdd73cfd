package io.kudari.train.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchScheduleTest {

  @ParameterizedTest
  @CsvSource({
    // examples, batch, least, drop | sizes of an epoch's steps
    "20, 8, 1, false, 8 8 4",
    "17, 8, 1, false, 8 8 1",
    "17, 8, 8, false, 8 9",
    "23, 8, 8, false, 8 15",
    "24, 8, 8, false, 8 8 8",
    "20, 8, 4, false, 8 8 4",
    "19, 8, 4, false, 8 11",
    "17, 8, 8, true, 8 8",
    "5, 8, 8, false, 5",
  })
  void aLastBatchThatIsTooShortIsJoinedToTheOneBefore(
      int examples, int batch, int least, boolean drop, String sizes) {
    BatchSchedule clock = new BatchSchedule(examples, epoch -> batch, drop, least);
    List<String> found = new ArrayList<>();
    int position = 0;
    for (StepRange r = clock.at(0, 0, 0); !r.isEmpty(); r = clock.at(found.size(), 0, r.to())) {
      assertEquals(position, r.from());
      assertEquals(found.size(), r.step());
      position = r.to();
      found.add(String.valueOf(r.to() - r.from()));
    }
    assertEquals(sizes, String.join(" ", found));
    assertEquals(3L * found.size(), clock.steps(3));
  }

  @ParameterizedTest
  @CsvSource({"20, 8, 3", "17, 8, 5", "24, 8, 2", "5, 8, 4", "93, 20, 4"})
  void carriedBatchesAreWholeUpToTheLastEpochsEnd(int examples, int batch, int epochs) {
    BatchSchedule clock =
        new BatchSchedule(examples, e -> batch, false, 1, Course.UNBOUNDED, epochs - 1);
    int whole = Math.min(batch, examples);
    long step = 0;
    long seen = 0;
    int position = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      while (!clock.isEnd(epoch, position)) {
        StepRange range = clock.at(step, epoch, position);
        long left = (long) epochs * examples - seen;
        assertEquals(Math.min(whole, left), range.to() - range.from());
        seen += range.to() - range.from();
        position = range.to();
        step++;
      }
      position = clock.carried(position);
    }
    assertEquals((long) epochs * examples, seen);
    assertEquals(step, clock.steps(epochs));
  }

  @Test
  void anEpochEndsWithItsLastExample() {
    assertTrue(new BatchSchedule(17, epoch -> 8, false, 8).at(2, 0, 17).isEmpty());
  }
}
