package io.kudari.lab.descent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.lab.Experiment;
import io.kudari.lab.Untrained;
import io.kudari.lab.Verdict.Ruling;
import io.kudari.lab.experiment.Experiments;
import io.kudari.math.RandomStream;
import io.kudari.optim.schedule.Schedule;
import io.kudari.optim.schedule.ScheduleSpec;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Right optimizers hold every check, and each mistake misses those that are there for it. */
@Slow
class DescentTest {

  @TestFactory
  Stream<DynamicTest> rightOnesHoldAllChecksAndJudgeAllClaims() {
    return Experiments.ALL.stream()
        .filter(e -> e.getClass().getPackage().equals(Rates.class.getPackage()))
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.name(), () -> assertEquals(List.of(), Untrained.findings(e).missed())));
  }

  /** A mistake, an experiment with it, and checks that must miss. */
  private static DynamicTest caught(
      Mistake mistake, Function<Stepper.Source, Experiment> experiment, String... by) {
    Experiment wrong = experiment.apply(mistake);
    return DynamicTest.dynamicTest(
        mistake + " by " + wrong.name(),
        () -> {
          List<String> missed = Untrained.missed(wrong);
          assertTrue(missed.containsAll(List.of(by)), missed + " should hold " + List.of(by));
        });
  }

  @TestFactory
  Stream<DynamicTest> mistakesOfOptimizersAreCaught() {
    return Stream.of(
        caught(Mistake.SIGN, ValleyPaths::new, "momentum-x", "overshoot-momentum"),
        caught(Mistake.SIGN, Saddle::new, "decade-momentum"),
        caught(Mistake.SIGN, BealeRace::new, "steps-momentum"),
        caught(Mistake.SIGN, Forms::new, "momentum-x"),
        caught(Mistake.DAMPED, ValleyPaths::new, "momentum-x", "overshoot-momentum"),
        caught(Mistake.DAMPED, Saddle::new, "decade-momentum"),
        caught(Mistake.DAMPED, BealeRace::new, "steps-momentum", "detour-momentum"),
        caught(Mistake.DAMPED, LongValley::new, "steps-momentum"),
        caught(Mistake.DAMPED, Conditioning::new, "steps-momentum"),
        caught(Mistake.NO_VELOCITY, LongValley::new, "steps-momentum", "flips-momentum"),
        caught(Mistake.TEXTBOOK_NESTEROV, ValleyPaths::new, "nesterov-x"),
        caught(Mistake.TEXTBOOK_NESTEROV, Forms::new, "stored-x"),
        caught(Mistake.PLAIN_NESTEROV, Saddle::new, "decade-nesterov"),
        caught(Mistake.ADAGRAD_NO_SUM, ValleyPaths::new, "adagrad-x"),
        caught(Mistake.ADAGRAD_NO_SUM, EffectiveRate::new, "adagrad", "way-adagrad-1000"),
        caught(Mistake.ADAGRAD_NO_SUM, Saddle::new, "steps-adagrad"),
        caught(Mistake.ADAGRAD_NO_ROOT, ValleyPaths::new, "adagrad-x"),
        caught(Mistake.ADAGRAD_NO_ROOT, EffectiveRate::new, "adagrad"),
        caught(Mistake.ADAGRAD_SHARED, SparseFeatures::new, "adagrad", "rates"),
        caught(Mistake.RMSPROP_SWAPPED, ValleyPaths::new, "rmsprop-x"),
        caught(Mistake.RMSPROP_SWAPPED, Saddle::new, "steps-rmsprop"),
        caught(Mistake.RMSPROP_SWAPPED, AdamStart::new, "rmsprop", "rmsprop-slow"),
        caught(Mistake.ADADELTA_G2, ValleyPaths::new, "adadelta-x", "adadelta-y"),
        caught(Mistake.ADAM_UNCORRECTED, AdamStart::new, "adam-most", "ten-adam"),
        caught(Mistake.ADAM_UNCORRECTED, ValleyPaths::new, "adam-x"),
        caught(Mistake.ADAM_UNCORRECTED, BealeRace::new, "steps-adam"),
        caught(Mistake.ADAM_UNCORRECTED, Saddle::new, "steps-adam"),
        caught(Mistake.ADAM_FIRST_CORRECTED, AdamStart::new, "adam-most", "ten-adam"),
        caught(Mistake.ADAM_LAST_ONLY, AdamStart::new, "every-parameter"),
        caught(Mistake.ADAM_LAST_ONLY, ValleyPaths::new, "adam-x"),
        caught(Mistake.NO_GRADIENT, ValleyPaths::new, "adagrad-x"),
        caught(Mistake.RATE_MINUS_GRADIENT, ValleyPaths::new, "sgd-x"));
  }

  /**
   * A mistake, an experiment with it, and the verdict on a claim that the right one judges other.
   */
  private static DynamicTest judged(
      Mistake mistake,
      Function<Stepper.Source, Experiment> experiment,
      String place,
      Ruling otherwise) {
    Experiment wrong = experiment.apply(mistake);
    return DynamicTest.dynamicTest(
        mistake + " by " + wrong.name() + " of " + place,
        () -> {
          assertEquals(otherwise, Untrained.ruling(wrong, place));
          Experiment right = experiment.apply(Stepper.Source.KUDARI);
          assertNotEquals(otherwise, Untrained.ruling(right, place));
        });
  }

  @TestFactory
  Stream<DynamicTest> mistakesOfOptimizersChangeVerdicts() {
    Ruling not = Ruling.DOES_NOT_HOLD;
    return Stream.of(
        judged(Mistake.DAMPED, Saddle::new, "003:98–101", not),
        judged(Mistake.SIGN, LongValley::new, "000:110–113", not),
        judged(Mistake.SIGN, BealeRace::new, "001:146–150", not),
        judged(Mistake.NO_VELOCITY, Conditioning::new, "002:42", not),
        judged(Mistake.DAMPED, ValleyPaths::new, "003:103–111", not),
        judged(Mistake.RATE_MINUS_GRADIENT, ValleyPaths::new, "000:25–33", not),
        judged(Mistake.RATE_MINUS_GRADIENT, Saddle::new, "001:151–153", Ruling.HOLDS),
        judged(Mistake.DAMPED, ValleyPaths::new, "001:146–166", not),
        judged(Mistake.TEXTBOOK_NESTEROV, Forms::new, "003:108", not),
        judged(Mistake.ADAGRAD_NO_SUM, EffectiveRate::new, "001:36–82", not),
        judged(Mistake.ADAGRAD_SHARED, SparseFeatures::new, "001:64", not),
        judged(Mistake.ADAM_UNCORRECTED, AdamStart::new, "001:92–96", Ruling.HOLDS),
        judged(Mistake.ADAM_LAST_ONLY, AdamStart::new, "001:141", Ruling.HOLDS));
  }

  @Test
  void gradientsThatAreNotDividedByTheExamplesAreCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new Rates() {
              @Override
              double divisor(int examples) {
                return 1;
              }
            });
    assertEquals(List.of("limit-least", "limit-most"), missed);
  }

  @Test
  void ascentIsCaught() throws InterruptedException {
    Bowl wrong =
        new Bowl() {
          @Override
          double sign() {
            return -1;
          }
        };
    List<String> missed = Untrained.missed(wrong);
    assertTrue(missed.containsAll(List.of("share", "barrier")), "" + missed);
    assertEquals(Ruling.DOES_NOT_HOLD, Untrained.ruling(wrong, "001:3–10"));
  }

  @Test
  void aScheduleThatIsIgnoredIsCaught() throws InterruptedException {
    Schedules wrong =
        new Schedules() {
          @Override
          Schedule schedule(ScheduleSpec spec) {
            return step -> .1;
          }
        };
    List<String> missed = Untrained.missed(wrong);
    assertEquals(List.of("dropped", "falling"), missed);
    assertEquals(Ruling.DOES_NOT_HOLD, Untrained.ruling(wrong, "001:18–20"));
  }

  @Test
  void conjugacyByNormsThatAreNotSquaredIsCaught() throws InterruptedException {
    ConjugateDirections wrong =
        new ConjugateDirections() {
          @Override
          double beta(double next, double last) {
            return Math.sqrt(next / last);
          }
        };
    List<String> missed = Untrained.missed(wrong);
    assertTrue(missed.containsAll(List.of("size-2", "size-5", "distinct-2")), "" + missed);
    assertEquals(Ruling.DOES_NOT_HOLD, Untrained.ruling(wrong, "002:44"));
  }

  @Test
  void stepsInThePlaceOfExactMinimaAreCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new CoordinateSweeps() {
              @Override
              double move(double slope, double curvature) {
                return slope / 2.1;
              }
            });
    assertTrue(missed.contains("sweeps-0"), "" + missed);
  }

  @Test
  void theRootOfTheFisherInformationIsCaught() throws InterruptedException {
    NaturalGradient wrong =
        new NaturalGradient() {
          @Override
          double[] natural(double[] f, double[] g) {
            double root = Math.sqrt(f[0] * f[2] - f[1] * f[1]);
            double trace = Math.sqrt(f[0] + f[2] + 2 * root);
            double a = (f[0] + root) / trace;
            double b = f[1] / trace;
            double c = (f[2] + root) / trace;
            double det = a * c - b * b;
            return new double[] {(c * g[0] - b * g[1]) / det, (a * g[1] - b * g[0]) / det};
          }
        };
    List<String> missed = Untrained.missed(wrong);
    assertTrue(missed.contains("invariant"), "" + missed);
    assertEquals(Ruling.DOES_NOT_HOLD, Untrained.ruling(wrong, "002:44"));
  }

  @Test
  void variablesMultipliedByTheDiagonalAreCaught() throws InterruptedException {
    Preconditioner wrong =
        new Preconditioner() {
          @Override
          double scale(double diagonal) {
            return Math.sqrt(diagonal);
          }
        };
    List<String> missed = Untrained.missed(wrong);
    assertTrue(missed.containsAll(List.of("after", "steps")), "" + missed);
    assertEquals(Ruling.DOES_NOT_HOLD, Untrained.ruling(wrong, "002:47"));
  }

  @Test
  void guessesFromOneSideAreCaught() throws InterruptedException {
    Evolution wrong =
        new Evolution() {
          @Override
          double weight(double ahead, double back) {
            return ahead;
          }
        };
    List<String> missed = Untrained.missed(wrong);
    assertEquals(List.of("theory", "hundred"), missed);
    assertEquals(Ruling.DOES_NOT_HOLD, Untrained.ruling(wrong, "002:52"));
  }

  @Test
  void aSumForAMeanIsCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new SumOrMean() {
              @Override
              double divisor(int examples) {
                return 1;
              }
            });
    assertEquals(List.of("ratio-10", "ratio-100", "ratio-1000"), missed);
  }

  @Test
  void batchesThatAreAlwaysTheSameAreCaught() throws InterruptedException {
    List<String> missed =
        Untrained.missed(
            new Escape() {
              @Override
              int[] batch(int size, RandomStream random) {
                return IntStream.range(0, size).toArray();
              }
            });
    assertTrue(missed.contains("deviation-20"), "" + missed);
  }
}
