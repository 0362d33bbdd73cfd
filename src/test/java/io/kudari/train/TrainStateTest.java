package io.kudari.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.Slice;
import io.kudari.state.SameState;
import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.train.plan.EarlyStopping;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class TrainStateTest {

  @Property(tries = 200)
  void cuttingAndJoiningGivesTheSameState(
      @ForAll @IntRange(min = 1, max = 50) int size,
      @ForAll @IntRange(min = 0, max = 3) int slots,
      @ForAll boolean best,
      @ForAll long seed) {
    TrainState whole = state(new Slice(0, size), 5, slots, best);
    List<TrainState> parts = new ArrayList<>();
    Random random = new Random(seed);
    for (int from = 0; from < size; ) {
      int to = from + 1 + random.nextInt(size - from);
      parts.add(whole.cut(new Slice(from, to)));
      from = to;
    }
    Collections.shuffle(parts, random);
    TrainState joined = TrainState.join(parts);
    assertEquals(whole.slice(), joined.slice());
    assertArrayEquals(whole.parameters(), joined.parameters());
    SameState.assertSame(whole.state(), joined.state());
    assertEquals(whole.progress(), joined.progress());
    assertEquals(whole.position(), joined.position());
  }

  @Test
  void partsOfDifferentStepsOrWithGapsDoNotJoin() {
    TrainState left = state(new Slice(0, 3), 5, 1, false);
    assertRefused("step 6", left, state(new Slice(3, 5), 6, 1, false));
    assertRefused("does not follow 3", left, state(new Slice(4, 5), 5, 1, false));
  }

  @Test
  void whatEarlyStoppingHasSeenCountsAsLongAsItCan() {
    EarlyStopping loss = new EarlyStopping(EarlyStopping.Metric.LOSS, 2, 0, true);
    EarlyStopping patient = new EarlyStopping(EarlyStopping.Metric.LOSS, 9, 0.5, true);
    EarlyStopping last = new EarlyStopping(EarlyStopping.Metric.LOSS, 2, 0, false);
    EarlyStopping accuracy = new EarlyStopping(EarlyStopping.Metric.ACCURACY, 2, 0, true);
    TrainState kept = state(new Slice(0, 3), 5, 1, true);
    assertTrue(kept.progress().bestEpoch() >= 0);
    assertStopping(kept.progress(), 3, kept.stopping(loss, patient));
    assertStopping(kept.progress(), 0, kept.stopping(loss, last));
    TrainState unkept = kept.stopping(loss, last);
    assertStopping(EarlyStopping.Progress.NONE, 0, unkept.stopping(last, loss));
    assertStopping(EarlyStopping.Progress.NONE, 0, kept.stopping(loss, accuracy));
    assertStopping(EarlyStopping.Progress.NONE, 0, kept.stopping(loss, EarlyStopping.NEVER));
    assertStopping(EarlyStopping.Progress.NONE, 0, unkept.stopping(EarlyStopping.NEVER, loss));
  }

  private static void assertStopping(EarlyStopping.Progress progress, int best, TrainState found) {
    assertEquals(progress, found.progress());
    float[][] kept = reader(found).within("early-stopping").whole("best");
    assertEquals(best, kept.length == 0 ? 0 : kept[0].length);
    assertArrayEquals(values(new Slice(0, 3), 0), found.parameters());
  }

  private static void assertRefused(String reason, TrainState left, TrainState right) {
    var e =
        assertThrows(IllegalArgumentException.class, () -> TrainState.join(List.of(left, right)));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  private static TrainState state(Slice slice, long step, int slots, boolean best) {
    StateWriter writer = new StateWriter(slice);
    float[][] all = new float[slots][];
    for (int k = 0; k < slots; k++) all[k] = values(slice, 100 * (k + 1));
    writer.slices("slots", all);
    StateWriter stopping = writer.within("early-stopping");
    stopping.numbers("seen", -0.5, 1, 2);
    if (best) stopping.slices("best", new float[][] {values(slice, 1000)});
    return new TrainState(slice, step, 2, 64, 1.5, 1, values(slice, 0), writer.state());
  }

  private static StateReader reader(TrainState of) {
    return new StateReader(of.state(), of.slice());
  }

  private static float[] values(Slice slice, int base) {
    float[] values = new float[slice.size()];
    for (int i = 0; i < values.length; i++) values[i] = base + slice.from() + i;
    return values;
  }
}
