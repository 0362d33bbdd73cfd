package io.kudari.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import org.junit.jupiter.api.Test;

class ScoreCountsTest {

  private static final long SEED = 20261130;

  /** Those of scikit-learn's documentation of roc_auc_score and average_precision_score. */
  @Test
  void areasOfPublishedExamples() {
    ScoreCounts counts = binary(new float[] {.1f, .4f, .35f, .8f}, false, false, true, true);
    assertEquals(0.75, counts.rocAuc().value());
    assertEquals(0, counts.rocAuc().error());
    assertEquals(0.5 + 0.5 * 2 / 3, counts.averagePrecision().value(), 1e-15);
    assertEquals(0, counts.averagePrecision().error());
  }

  @Test
  void perfectWorstAndTiedScores() {
    ScoreCounts perfect = binary(new float[] {.1f, .2f, .8f, .9f}, false, false, true, true);
    assertEquals(1, perfect.rocAuc().value());
    assertEquals(1, perfect.averagePrecision().value());
    ScoreCounts worst = binary(new float[] {.1f, .2f, .8f, .9f}, true, true, false, false);
    assertEquals(0, worst.rocAuc().value());
    assertEquals((1.0 / 3 + 2.0 / 4) / 2, worst.averagePrecision().value(), 1e-15);
    ScoreCounts tied = binary(new float[] {.5f, .5f, .5f, .5f}, true, false, false, false);
    assertEquals(0.5, tied.rocAuc().value());
    assertEquals(0.5, tied.rocAuc().error());
    assertEquals(0.25, tied.averagePrecision().value());
    assertEquals(0.75, tied.averagePrecision().error());
  }

  /** Distinct bins keep the order of the scores, so nothing is lost there but to rounding. */
  @Test
  void scoresOfBinsOfTheirOwnHaveTheAreasOfTheScores() {
    RandomStream random = new RandomStream(SEED, Purpose.TEST, 0, 0);
    for (int trial = 0; trial < 50; trial++) {
      float[] scores = new float[60];
      boolean[] positive = new boolean[scores.length];
      for (int i = 0; i < scores.length; i++) {
        // Some are exactly the same, so that there are ties.
        scores[i] = random.below(40) / 64f;
        positive[i] = random.below(3) == 0;
      }
      positive[0] = true;
      positive[1] = false;
      ScoreCounts counts = binary(scores, positive);
      String seed = "seed " + SEED + ", trial " + trial;
      assertEquals(Areas.roc(scores, positive), counts.rocAuc().value(), 1e-12, seed);
      double precision = Areas.averagePrecision(scores, positive);
      assertEquals(precision, counts.averagePrecision().value(), 1e-12, seed);
    }
  }

  /** Scores within few bins, the way a confident model has them, and spread out. */
  @Test
  void theAreasOfTheScoresAreWithinTheError() {
    RandomStream random = new RandomStream(SEED, Purpose.TEST, 1, 0);
    double largest = 0;
    for (int trial = 0; trial < 300; trial++) {
      float width = random.below(2) == 0 ? 1 : (1 + random.below(30)) / (float) ScoreCounts.BINS;
      float[] scores = new float[2 + random.below(60)];
      boolean[] positive = new boolean[scores.length];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = random.uniform() * width;
        positive[i] = random.below(2 + trial % 4) == 0;
      }
      positive[0] = true;
      positive[1] = false;
      ScoreCounts counts = binary(scores, positive);
      String seed = "seed " + SEED + ", trial " + trial;
      ScoreCounts.Area roc = counts.rocAuc();
      assertEquals(Areas.roc(scores, positive), roc.value(), roc.error() + 1e-12, seed);
      ScoreCounts.Area pr = counts.averagePrecision();
      assertEquals(Areas.averagePrecision(scores, positive), pr.value(), pr.error() + 1e-12, seed);
      assertTrue(pr.error() <= 1 && roc.error() <= 0.5, seed);
      largest = Math.max(largest, Math.abs(Areas.roc(scores, positive) - roc.value()));
    }
    assertTrue(largest > 0.01, "bins were shared: " + largest);
  }

  /** Positives all above, or all below, the negatives of their bin. */
  @Test
  void theErrorIsReachedAndNotMuchLargerThanItNeedsToBe() {
    for (boolean above : new boolean[] {true, false}) {
      float[] scores = new float[40];
      boolean[] positive = new boolean[scores.length];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = 0.5f + i * 0x1p-23f;
        positive[i] = above ? i >= 30 : i < 10;
      }
      ScoreCounts counts = binary(scores, positive);
      double off = Math.abs(Areas.roc(scores, positive) - counts.rocAuc().value());
      assertEquals(off, counts.rocAuc().error(), 1e-12);
      double precision = Areas.averagePrecision(scores, positive);
      ScoreCounts.Area found = counts.averagePrecision();
      if (above) assertEquals(precision - found.value(), found.error(), 1e-12);
      else assertTrue(found.value() - precision > 0);
    }
  }

  @Test
  void severalClassesAreMeansOfEachAgainstTheRestWhereThatIsDefined() {
    RandomStream random = new RandomStream(SEED, Purpose.TEST, 2, 0);
    int classes = 4;
    int[] labels = new int[50];
    float[] outputs = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) labels[i] = random.below(classes - 1);
    for (int i = 0; i < outputs.length; i++) outputs[i] = random.below(1000) / 1024f;
    ScoreCounts counts = ScoreCounts.of(classes);
    counts.add(batch(labels), outputs);
    double roc = 0;
    double precision = 0;
    for (int c = 0; c < classes - 1; c++) {
      float[] scores = new float[labels.length];
      boolean[] positive = new boolean[labels.length];
      for (int i = 0; i < labels.length; i++) {
        scores[i] = outputs[i * classes + c];
        positive[i] = labels[i] == c;
      }
      roc += Areas.roc(scores, positive) / (classes - 1);
      precision += Areas.averagePrecision(scores, positive) / (classes - 1);
    }
    assertEquals(roc, counts.rocAuc().value(), 1e-12);
    assertEquals(precision, counts.averagePrecision().value(), 1e-12);
  }

  @Test
  void noOrderAndNoPartsChangeABit() {
    RandomStream random = new RandomStream(SEED, Purpose.TEST, 3, 0);
    int classes = 3;
    ScoreCounts whole = ScoreCounts.of(classes);
    ScoreCounts[] parts = {ScoreCounts.of(classes), ScoreCounts.of(classes)};
    int[] labels = new int[200];
    float[] outputs = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) labels[i] = random.below(classes);
    for (int i = 0; i < outputs.length; i++) outputs[i] = random.uniform() * random.uniform();
    whole.add(batch(labels), outputs);
    for (int i = labels.length - 1; i >= 0; i--) {
      float[] one = {outputs[3 * i], outputs[3 * i + 1], outputs[3 * i + 2]};
      parts[random.below(2)].add(batch(labels[i]), one);
    }
    for (int k = 0; k < classes; k++) parts[1].add(k, parts[0].entries(k));
    assertArrayEquals(whole.entries(), parts[1].entries());
    assertEquals(whole.rocAuc(), parts[1].rocAuc());
    assertEquals(whole.averagePrecision(), parts[1].averagePrecision());
  }

  @Test
  void scoresOutsideOfTheUnitIntervalAreThoseOfItsEnds() {
    float[] scores = {-3, Float.NaN, Float.POSITIVE_INFINITY, 1, 7, 0};
    ScoreCounts counts = binary(scores, false, false, true, true, true, false);
    assertEquals(1, counts.rocAuc().value());
    assertEquals(0, counts.rocAuc().error());
    long top = (long) (2 * ScoreCounts.BINS - 1) << 32 | 3;
    assertArrayEquals(new long[] {3, top}, counts.entries(0));
  }

  @Test
  void ofManyClassesOrOneAndWithoutExamplesThereAreNoAreas() {
    assertEquals(0, ScoreCounts.of(ScoreCounts.CLASSES + 1).counted());
    assertEquals(ScoreCounts.CLASSES, ScoreCounts.of(ScoreCounts.CLASSES).counted());
    ScoreCounts oneSided = binary(new float[] {.1f, .2f}, true, true);
    for (ScoreCounts none :
        new ScoreCounts[] {ScoreCounts.NONE, ScoreCounts.of(1), ScoreCounts.of(3), oneSided}) {
      assertEquals(Double.NaN, none.rocAuc().value());
      assertEquals(Double.NaN, none.averagePrecision().value());
    }
  }

  private static ScoreCounts binary(float[] scores, boolean... positive) {
    int[] labels = new int[scores.length];
    float[] outputs = new float[2 * scores.length];
    for (int i = 0; i < scores.length; i++) {
      labels[i] = positive[i] ? 1 : 0;
      outputs[2 * i] = 1 - scores[i];
      outputs[2 * i + 1] = scores[i];
    }
    ScoreCounts counts = ScoreCounts.of(2);
    counts.add(batch(labels), outputs);
    return counts;
  }

  private static MiniBatch batch(int... labels) {
    MiniBatch batch = MiniBatch.labelled(Shape.flat(1), labels.length);
    System.arraycopy(labels, 0, batch.labels, 0, labels.length);
    batch.filled(labels.length, new MiniBatch.Draw(0, 0, 0));
    return batch;
  }
}
