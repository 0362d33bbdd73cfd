package io.kudari.lab.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.lab.Findings;
import io.kudari.lab.Idle;
import io.kudari.lab.Untrained;
import io.kudari.lab.Verdict;
import io.kudari.lab.Verdict.Ruling;
import io.kudari.model.Initializer;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Right start values and gradients hold every check, wrong ones miss those that are for them. */
@Slow
class WeightsTest {

  @Test
  void normalWeightsInThePlaceOfOrthogonalOnesAreCaught() throws InterruptedException {
    assertEquals(List.of(), Untrained.missed(new Orthogonal()));
    Orthogonal wrong =
        new Orthogonal() {
          @Override
          Initializer initializer() {
            return Initializer.of(Initializer.Kind.LECUN_NORMAL);
          }
        };
    List<String> missed = Untrained.missed(wrong);
    assertEquals(List.of("unit", "length", "condition"), missed);
    assertEquals(Ruling.DOES_NOT_HOLD, Untrained.ruling(wrong, "002:50"));
  }

  @TestFactory
  Stream<DynamicTest> rightOnesHoldAllChecksAndContradictWhatIsPrinted() {
    return Stream.of(new Gauss(), new Activations(), new BackSignal())
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.name(),
                    () -> {
                      Findings found = Untrained.findings(e);
                      assertEquals(List.of(), found.missed());
                      for (Verdict v : found.verdicts())
                        assertEquals(Verdict.Ruling.DOES_NOT_HOLD, v.ruling(), "" + v);
                    }));
  }

  private static Initializer normal(double deviation) {
    return new Initializer(Initializer.Kind.NORMAL, deviation);
  }

  /** Start values for 1/√n and √(2/n) of another deviation. */
  private static Activations activations(double lecun, double he) {
    return new Activations() {
      @Override
      Initializer initializer(Start start) {
        return start == Start.LECUN
            ? normal(lecun)
            : start == Start.HE ? normal(he) : super.initializer(start);
      }
    };
  }

  private static Gauss gauss(double lecun, double he) {
    return new Gauss() {
      @Override
      Initializer lecun() {
        return normal(lecun);
      }

      @Override
      Initializer he() {
        return normal(he);
      }
    };
  }

  @Test
  void theNumberOfNumbersForTheFanInIsCaught() throws InterruptedException {
    assertEquals(List.of("lecun", "he"), Untrained.missed(gauss(.0032, .0063)));
    List<String> missed = Untrained.missed(activations(.0032, .0063));
    for (String f : List.of("tanh", "relu", "sigmoid"))
      assertTrue(missed.containsAll(List.of(f + "-lecun", f + "-he")), "" + missed);
  }

  @Test
  void hesDeviationWithoutItsRootIsCaught() throws InterruptedException {
    assertEquals(List.of("he"), Untrained.missed(gauss(.1, .2)));
    List<String> missed = Untrained.missed(activations(.1, .2));
    assertTrue(missed.containsAll(List.of("tanh-he", "relu-he")), "" + missed);
  }

  @Test
  void oneOverTheFanInIsCaught() throws InterruptedException {
    assertEquals(List.of("lecun"), Untrained.missed(gauss(.01, .1414)));
    List<String> missed = Untrained.missed(activations(.01, .1414));
    assertTrue(missed.containsAll(List.of("tanh-lecun", "relu-lecun")), "" + missed);
  }

  /** Uniform numbers up to 1/√n and √(2/n) have deviations of 1/√3 of these. */
  @Test
  void aLimitInThePlaceOfADeviationIsCaught() throws InterruptedException {
    double third = Math.sqrt(1.0 / 3);
    assertEquals(List.of("lecun", "he"), Untrained.missed(gauss(.1 * third, .1414 * third)));
    List<String> missed = Untrained.missed(activations(.1 * third, .1414 * third));
    for (String f : List.of("tanh", "relu"))
      assertTrue(missed.containsAll(List.of(f + "-lecun", f + "-he")), "" + missed);
  }

  private static BackSignal propagating(DoubleUnaryOperator sigmoid, DoubleUnaryOperator relu) {
    return new BackSignal(network -> new OwnBackPropagation(network, sigmoid, relu));
  }

  private static List<String> of(String function) {
    return Stream.of("0.01", "1/√n", "√(2/n)", "1").map(s -> function + "-" + s).toList();
  }

  /** The gradient of another implementation holds all: what the next tests change is right. */
  @Test
  void ownBackPropagationHoldsAllChecks() throws InterruptedException {
    assertEquals(List.of(), Untrained.missed(propagating(y -> y * (1 - y), y -> y > 0 ? 1 : 0)));
  }

  @Test
  void theOutputForItsDerivativeIsCaught() throws InterruptedException {
    List<String> missed = Untrained.missed(propagating(y -> y, y -> y > 0 ? 1 : 0));
    assertTrue(missed.containsAll(of("sigmoid")), "" + missed);
  }

  @Test
  void aDerivativeThatIsLeftOutIsCaught() throws InterruptedException {
    List<String> missed = Untrained.missed(propagating(y -> 1, y -> y > 0 ? 1 : 0));
    assertTrue(missed.containsAll(of("sigmoid")), "" + missed);
  }

  @Test
  void aRectifierWhoseDerivativeIsOneEverywhereIsCaught() throws InterruptedException {
    List<String> missed = Untrained.missed(propagating(y -> y * (1 - y), y -> 1));
    assertTrue(missed.containsAll(of("relu")), "" + missed);
  }

  /** Units that are 0 for every example stay by a right gradient, and by this one do not. */
  @Test
  void deadRectifiersThatMoveAreCaught() throws InterruptedException {
    assertFalse(new OneSlope(0).missed(new DeadUnits()).contains("low-stay"));
    assertTrue(new OneSlope(1).missed(new DeadUnits()).contains("low-stay"));
  }

  @Test
  void randomWeightsUnderTheNameOfZeroAreCaught() throws InterruptedException {
    List<String> zero =
        List.of("hidden", "last-relu", "last-sigmoid", "apart-tanh-0", "apart-relu-0");
    List<String> right = new Idle().missed(new ZeroStart());
    assertTrue(Collections.disjoint(right, zero), "" + right);
    List<String> missed =
        new Idle(
                t ->
                    t.settings().get("model.initializer").equals("zero")
                        ? t.with("model.initializer", "he-normal")
                        : t)
            .missed(new ZeroStart());
    assertTrue(missed.containsAll(zero), "" + missed);
  }
}
