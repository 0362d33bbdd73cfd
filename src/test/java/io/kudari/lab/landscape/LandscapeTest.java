package io.kudari.lab.landscape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.lab.Untrained;
import io.kudari.lab.Verdict.Ruling;
import io.kudari.model.Evaluation;
import io.kudari.model.Initializer;
import io.kudari.optim.OptimizerSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class LandscapeTest {

  @TestFactory
  Stream<DynamicTest> rightOnesHoldAllChecks() {
    return Stream.of(new Plateau(), new Cliff(), new Symmetry(), new Surrogate(), new Xor())
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.name(), () -> assertEquals(List.of(), Untrained.missed(e))));
  }

  @Test
  void aFactorLeftInCrossEntropyIsCaught() throws InterruptedException {
    Plateau wrong =
        new Plateau() {
          @Override
          double slope(boolean entropy, double y) {
            return y * y * (1 - y);
          }
        };
    List<String> missed = Untrained.missed(wrong);
    assertTrue(missed.containsAll(List.of("steps-entropy-1", "slope-entropy-8")), "" + missed);
    assertEquals(Ruling.HOLDS, Untrained.ruling(wrong, "002:35"));
  }

  @Test
  void clippingElementByElementIsCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new Cliff() {
              @Override
              OptimizerSpec clipping() {
                return new OptimizerSpec("sgd", Map.of("learning-rate", .01, "clip-value", 1.0));
              }
            });
    assertEquals(List.of("angle"), missed);
  }

  @Test
  void unitsWhoseOutgoingWeightsStayAreCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new Symmetry() {
              @Override
              double[][] outgoing(double[][] weights, int[] order, int[] signs) {
                return weights;
              }
            });
    assertEquals(List.of("outputs", "outputs-signed", "outputs-float"), missed);
  }

  @Test
  void unitsWhoseIncomingWeightsStayAreCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new Symmetry() {
              @Override
              double[][] incoming(double[][] weights, int[] order, int[] signs) {
                return weights;
              }
            });
    assertEquals(List.of("outputs", "outputs-signed", "outputs-float"), missed);
  }

  @Test
  void theShareOfErrorsUnderTheNameOfALossIsCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new Surrogate() {
              @Override
              double loss(Evaluation of) {
                return 1 - of.accuracy();
              }
            });
    assertEquals(List.of("start", "entropy"), missed);
  }

  @Test
  void unitsThatStartAlikeAreCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new Xor() {
              @Override
              Initializer start() {
                return new Initializer(Initializer.Kind.CONSTANT, .5);
              }
            });
    assertTrue(missed.containsAll(List.of("stuck-2", "stuck-16")), "" + missed);
  }
}
