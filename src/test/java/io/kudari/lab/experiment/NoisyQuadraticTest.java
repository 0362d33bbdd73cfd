package io.kudari.lab.experiment;

import static io.kudari.lab.Untrained.missed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Each wrong one is caught. */
@Slow
class NoisyQuadraticTest {

  /** With noise of a variance, by curvature and batch. */
  private static NoisyQuadratic noise(DoubleBinaryOperator variance) {
    return new NoisyQuadratic() {
      @Override
      double noise(double h, double batch) {
        return variance.applyAsDouble(h, batch);
      }
    };
  }

  @Test
  void theRightOneHoldsAllChecks() throws InterruptedException {
    assertEquals(List.of(), missed(new NoisyQuadratic()));
  }

  @Test
  void noiseThatTheBatchDoesNotDivideIsCaught() throws InterruptedException {
    List<String> missed = missed(noise((h, batch) -> h));
    assertTrue(missed.containsAll(List.of("steps-64", "rate-least", "critical")), "" + missed);
  }

  @Test
  void noiseThatIsEqualInAllDirectionsIsCaught() throws InterruptedException {
    List<String> missed = missed(noise((h, batch) -> 1 / batch));
    assertTrue(
        missed.containsAll(List.of("steps-1", "critical", "least", "noise-scale")), "" + missed);
  }

  /** Momentum whose velocity keeps so much, of a share of the noise. */
  private static NoisyQuadratic momentum(double kept, double noise) {
    return new NoisyQuadratic() {
      @Override
      double momentumSteps(double rate, double batch, List<Moments.Group> groups) {
        return Moments.steps(groups, h -> noise * noise(h, batch), rate, kept, 0.01);
      }
    };
  }

  @Test
  void momentumOfTheTestIsThatOfTheExperiment() throws InterruptedException {
    assertEquals(List.of(), missed(momentum(0.9, 1)));
  }

  @Test
  void aVelocityThatIsForgottenIsCaught() throws InterruptedException {
    assertEquals(List.of("large", "largest"), missed(momentum(0, 1)));
  }

  @Test
  void noiseThatIsDividedByTheGradientsOfAVelocityIsCaught() throws InterruptedException {
    List<String> missed = missed(momentum(0.9, 0.1));
    assertTrue(missed.contains("small"), "" + missed);
  }

  @Test
  void ratesBelowOneOnlyAreCaught() throws InterruptedException {
    List<String> missed =
        missed(
            new NoisyQuadratic() {
              @Override
              double best(DoubleUnaryOperator steps, double from, double to, int cells) {
                // Both methods have a rate of 1 there.
                return super.best(steps, from, 0, cells);
              }
            });
    assertTrue(missed.containsAll(List.of("steps-131072", "largest")), "" + missed);
  }

  @Test
  void ratesOfACoarseGridAreCaught() throws InterruptedException {
    List<String> missed =
        missed(
            new NoisyQuadratic() {
              @Override
              double best(DoubleUnaryOperator steps, double from, double to, int cells) {
                double best = from;
                for (double at = from; at <= to; at += Math.log(2) / 2)
                  if (steps.applyAsDouble(at) < steps.applyAsDouble(best)) best = at;
                return best;
              }
            });
    assertTrue(missed.contains("steps-64"), "" + missed);
  }
}
