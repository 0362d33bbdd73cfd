package io.kudari.lab.generalisation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.lab.Untrained;
import io.kudari.lab.Verdict.Ruling;
import io.kudari.math.RandomStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GeneralisationTest {

  @TestFactory
  Stream<DynamicTest> rightOnesHoldAllChecks() {
    return Stream.of(new Wiggle(), new BiasVariance())
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.name(), () -> assertEquals(List.of(), Untrained.missed(e))));
  }

  @Test
  void aCurveThatMissesPointsIsCaught() throws InterruptedException {
    Wiggle wrong =
        new Wiggle() {
          @Override
          int degree() {
            return 9;
          }
        };
    List<String> missed = Untrained.missed(wrong);
    assertTrue(missed.contains("through"), "" + missed);
    assertEquals(Ruling.DOES_NOT_HOLD, Untrained.ruling(wrong, "001:174–187"));
  }

  @Test
  void biasAgainstNoisyTargetsIsCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new BiasVariance() {
              @Override
              double truth(double x, RandomStream random) {
                return super.truth(x, random) + .3 * random.gaussian();
              }
            });
    assertTrue(missed.containsAll(List.of("bias-1", "bias-3")), "" + missed);
  }
}
