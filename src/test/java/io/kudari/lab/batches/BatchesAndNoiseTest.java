package io.kudari.lab.batches;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Sampling;
import io.kudari.lab.Findings;
import io.kudari.lab.OwnTraining;
import io.kudari.lab.Untrained;
import io.kudari.lab.Verdict;
import io.kudari.math.VectorSource;
import io.kudari.train.GradientSum;
import io.kudari.train.Workers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class BatchesAndNoiseTest {

  @TestFactory
  Stream<DynamicTest> rightOnesHoldAllChecksAndJudgeAllClaims() {
    return Stream.of(
            new MicroBatches(),
            new Updates(),
            new GradientNoise(),
            new Redundancy(),
            new SecondOrderNoise())
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

  @Test
  void aSumThatIsNotDividedIsCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new MicroBatches() {
              @Override
              float[] combined(List<GradientSum> parts) {
                float[] sum = super.combined(parts);
                for (int i = 0; i < sum.length; i++) sum[i] *= 256;
                return sum;
              }
            });
    assertEquals(List.of("summed"), missed);
  }

  private static Updates ordered(Sampling.Order order) {
    return new Updates() {
      @Override
      Sampling.Order order() {
        return order;
      }
    };
  }

  @Test
  void epochsInTheSameOrderAreCaught() throws InterruptedException {
    List<String> missed = Untrained.missed(ordered(Sampling.Order.ONCE));
    assertEquals(List.of("another-order"), missed);
  }

  @Test
  void drawsWithReplacementAreCaught() throws InterruptedException {
    List<String> missed = Untrained.missed(ordered(Sampling.Order.WITH_REPLACEMENT));
    assertTrue(missed.contains("once"), "" + missed);
  }

  @Test
  void aLastBatchThatDividesByTheSizeOfOthersIsCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new Updates() {
              @Override
              VectorSource mean(Workers.Sum sum, int batch) {
                return sum.values().times(1f / batch);
              }
            });
    assertEquals(List.of("last-divisor"), missed);
  }

  @Test
  void aTheoryOfEndlesslyManyExamplesIsCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new GradientNoise() {
              @Override
              double correction(int n, int all) {
                return 1;
              }
            });
    assertEquals(List.of("least-0", "least-100"), missed);
  }

  @Test
  void gradientsThatAreNotDividedAreCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new Redundancy() {
              @Override
              float[] whole(OwnTraining training, int examples) {
                float[] sum = super.whole(training, examples);
                for (int i = 0; i < sum.length; i++) sum[i] *= examples;
                return sum;
              }
            });
    assertEquals(List.of("gradients"), missed);
  }

  @Test
  void theCurvatureOfAllExamplesIsCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new SecondOrderNoise() {
              @Override
              double[][] curvature(double[][] batch) {
                double[][] diagonal = new double[batch[0].length][batch[0].length];
                for (int k = 0; k < diagonal.length; k++) diagonal[k][k] = variance(k);
                return diagonal;
              }
            });
    assertTrue(missed.contains("other-few"), "" + missed);
  }
}
