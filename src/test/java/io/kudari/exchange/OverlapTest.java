package io.kudari.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.math.RandomStream;
import org.junit.jupiter.api.Test;

class OverlapTest {

  private static final long SEED = 20261121;
  private static final int AFTER = Overlap.WARM_UP + Overlap.TRIAL;

  private final RandomStream random = new RandomStream(SEED, RandomStream.Purpose.TEST, 1, 1);
  private final Overlap overlap = new Overlap();
  private long now = 1_000_000;

  /**
   * Takes steps, with a fifth of noise and some long pauses.
   *
   * @return how many of them overlapped
   */
  private int steps(int count, double plain, double overlapped) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      boolean now = overlap.next(this.now);
      if (now) found++;
      double pause = random.below(10) == 0 ? 50e6 : 0;
      double noise = 0.9 + 0.2 * random.uniform();
      this.now += (long) ((now ? overlapped : plain) * noise + pause);
    }
    return found;
  }

  @Test
  void stepsOverlapAfterATrialInWhichThatWasFaster() {
    assertEquals(0, steps(Overlap.WARM_UP, 1e6, 0.8e6), "before the trial");
    assertEquals(Overlap.TRIAL / 2, steps(Overlap.TRIAL, 1e6, 0.8e6), "in the trial");
    assertEquals(500, steps(500, 1e6, 0.8e6), "after it");
  }

  @Test
  void stepsDoNotOverlapAfterATrialInWhichThatWasSlowerOrTheSame() {
    assertEquals(Overlap.TRIAL / 2, steps(AFTER, 1e6, 1.2e6));
    assertEquals(0, steps(Overlap.PERIOD - Overlap.TRIAL, 1e6, 1.2e6));
  }

  @Test
  void theNextTrialFindsThatTheNetworkHasChanged() {
    steps(AFTER, 1e6, 1.2e6);
    assertEquals(0, steps(Overlap.PERIOD - Overlap.TRIAL, 1e6, 0.7e6), "until the next trial");
    assertEquals(Overlap.TRIAL / 2, steps(Overlap.TRIAL, 1e6, 0.7e6), "the next trial");
    assertEquals(100, steps(100, 1e6, 0.7e6), "after it");
  }
}
