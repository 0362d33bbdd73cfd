package io.kudari.lab.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.lab.Check;
import io.kudari.lab.Experiment;
import io.kudari.lab.Scope;
import io.kudari.lab.TrialResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where noisy updates point; what is trained is left out, and found lost. */
class BatchesTest {

  private static final List<String> AIMS = List.of("successive-momentum", "true-momentum");

  private static List<String> missed(Experiment experiment) throws InterruptedException {
    TrialResult lost = new TrialResult(TrialResult.DIVERGED, 0, 0, "", List.of(), List.of());
    return experiment
        .measure(new Scope(true, 0, 1), trials -> trials.stream().map(t -> lost).toList())
        .missed()
        .stream()
        .map(Check::id)
        .toList();
  }

  @Test
  void momentumWithoutAVelocityIsCaught() throws InterruptedException {
    assertTrue(missed(new Batches()).stream().noneMatch(AIMS::contains));
    Experiment wrong =
        new Batches() {
          @Override
          Directions momentum(long seed) {
            return Directions.of("sgd", seed);
          }
        };
    assertEquals(AIMS, missed(wrong).stream().filter(AIMS::contains).toList());
  }
}
