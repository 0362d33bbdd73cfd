package io.kudari.lab.batches;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.lab.Findings;
import io.kudari.lab.Untrained;
import io.kudari.lab.Verdict;
import io.kudari.train.GradientSum;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class BatchesAndNoiseTest {

  @TestFactory
  Stream<DynamicTest> rightOnesHoldAllChecksAndJudgeAllClaims() {
    return Stream.of(new MicroBatches())
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.name(),
                    () -> {
                      Findings found = Untrained.findings(e);
                      assertEquals(List.of(), found.missed());
                      assertEquals(
                          e.claims(), found.verdicts().stream().map(Verdict::claim).toList());
                    }));
  }

  @Test
  void aMeanOfMeansIsCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new MicroBatches() {
              @Override
              float[] combined(List<GradientSum> parts) {
                return meanOfMeans(parts);
              }
            });
    assertEquals(List.of("summed"), missed);
  }
}
