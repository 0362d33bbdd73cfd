package io.kudari.lab.normalisation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Examples;
import io.kudari.data.FeatureStatistics;
import io.kudari.lab.Idle;
import io.kudari.lab.Trial;
import io.kudari.lab.Untrained;
import java.util.Arrays;
import java.util.Collections;
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

  @Test
  void normalisingHoldsAllChecks() throws InterruptedException {
    assertEquals(List.of(), Untrained.missed(new Normalising()));
  }

  @Test
  void statisticsOfTheTestAreCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new Normalising() {
              @Override
              FeatureStatistics statistics(Examples all, int[] training) {
                return FeatureStatistics.of(all);
              }
            });
    assertEquals(List.of("mean", "deviation"), missed);
  }

  @Test
  void dividingByOneLessIsCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new Normalising() {
              @Override
              double deviation(FeatureStatistics of, int feature) {
                return Math.sqrt(of.deviation()[feature] / (of.count() - 1));
              }
            });
    assertTrue(missed.containsAll(List.of("unit", "product")), "" + missed);
  }

  @Test
  void runningStatisticsInTrainingAreCaught() throws InterruptedException {
    assertFalse(new Idle().missed(new BatchShift()).contains("beta-gamma"));
    List<String> missed =
        new Idle()
            .missed(
                new BatchShift() {
                  @Override
                  float[] normalising(Behind behind, float[] parameters) {
                    return parameters;
                  }
                });
    assertTrue(missed.contains("beta-gamma"), "" + missed);
  }

  private static Trial swapped(Trial trial) {
    String layers = trial.settings().get("model.layers");
    return trial.with(
        "model.layers",
        layers.contains("before")
            ? layers.replace("before", "after")
            : layers.replace("after", "before"));
  }

  @Test
  void batchNormalisationInTheOtherPlaceIsCaught() throws InterruptedException {
    List<String> places = List.of("before", "after");
    List<String> right = new Idle().missed(new BatchPlace());
    assertTrue(Collections.disjoint(right, places), "" + right);
    List<String> missed = new Idle(NormalisationTest::swapped).missed(new BatchPlace());
    assertTrue(missed.containsAll(places), "" + missed);
  }
}
