package io.kudari.lab.normalisation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.lab.Untrained;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NormalisationTest {

  @Test
  void rightOnesHoldAllChecks() throws InterruptedException {
    assertEquals(List.of(), Untrained.missed(new BatchShape()));
  }

  @Test
  void normalisingByRanksIsCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new BatchShape() {
              @Override
              double[] normalised(double[] values) {
                double[] sorted = values.clone();
                Arrays.sort(sorted);
                return Arrays.stream(values)
                    .map(v -> Arrays.binarySearch(sorted, v) / (double) values.length - .5)
                    .toArray();
              }
            });
    assertTrue(missed.contains("shape"), "" + missed);
  }

  @Test
  void theUnbiasedVarianceIsCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new BatchShape() {
              @Override
              double[] normalised(double[] values) {
                double n = values.length;
                double[] right = super.normalised(values);
                return Arrays.stream(right).map(v -> v * Math.sqrt((n - 1) / n)).toArray();
              }
            });
    assertEquals(List.of("variance"), missed);
  }
}
