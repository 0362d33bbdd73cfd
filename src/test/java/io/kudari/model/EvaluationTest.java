package io.kudari.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EvaluationTest {

  private static final MiniBatch.Draw DRAW = new MiniBatch.Draw(0, 0, 0);

  @Test
  void figuresOfAHandWorkedClassification() {
    // Truth 0, 0, 1, 2; taken for 0, 1, 1, 1.
    Evaluation e = Evaluation.ofClasses(Loss.CROSS_ENTROPY, 3);
    float[] outputs = {.7f, .2f, .1f, .3f, .5f, .2f, .1f, .8f, .1f, .2f, .5f, .3f};
    e.add(labelled(0, 0, 1, 2), outputs);
    assertEquals(0.5, e.accuracy());
    assertEquals(1.0, e.topAccuracy(2));
    assertEquals(1, e.confused(2, 1));
    assertEquals(1.0, e.precision(0));
    assertEquals(0.5, e.recall(0));
    assertEquals(2.0 / 3, e.f1(0), 1e-12);
    assertEquals(1.0 / 3, e.precision(1), 1e-12);
    assertEquals(0, e.precision(2));
    assertEquals(0, e.f1(2));
    double loss = -(Math.log(.7f) + Math.log(.3f) + Math.log(.8f) + Math.log(.3f)) / 4;
    assertEquals(loss, e.meanLoss(), 1e-12);
  }

  @Test
  void figuresOfAHandWorkedRegression() {
    Evaluation e = Evaluation.ofTargets(Loss.MEAN_SQUARED_ERROR, 1);
    MiniBatch batch = MiniBatch.targeted(Shape.flat(1), 3, 1);
    System.arraycopy(new float[] {1, 2, 3}, 0, batch.targets, 0, 3);
    batch.filled(3, DRAW);
    e.add(batch, new float[] {1, 2, 5});
    assertEquals(4.0 / 3, e.meanSquaredError(), 1e-12);
    assertEquals(2.0 / 3, e.meanAbsoluteError(), 1e-12);
    assertEquals(1 - 4.0 / 2, e.rSquared(), 1e-12);
  }

  /** Those of scikit-learn's documentation of f1_score and log_loss. */
  @Test
  void macroF1AndLogLossOfPublishedExamples() {
    Evaluation e = Evaluation.ofClasses(Loss.CROSS_ENTROPY, 5);
    int[] taken = {0, 2, 1, 0, 0, 1};
    float[] outputs = new float[5 * taken.length];
    for (int i = 0; i < taken.length; i++) outputs[5 * i + taken[i]] = 1;
    e.add(labelled(0, 1, 2, 0, 1, 2), outputs);
    // Classes 3 and 4 are nowhere, classes 1 and 2 always wrong.
    assertEquals(0.8 / 3, e.macroF1(), 1e-15);
    Evaluation spam = Evaluation.ofClasses(Loss.CROSS_ENTROPY, 2);
    float[] mails = {.1f, .9f, .9f, .1f, .8f, .2f, .35f, .65f};
    spam.add(labelled(1, 0, 0, 1), mails);
    assertEquals(0.21616, spam.logLoss(), 5e-6);
    assertEquals(spam.meanLoss(), spam.logLoss());
    Evaluation other = Evaluation.ofClasses(Loss.MEAN_SQUARED_ERROR, 2);
    other.add(labelled(1, 0, 0, 1), mails);
    assertEquals(Double.NaN, other.logLoss(), "its outputs are no probabilities");
    assertEquals(Double.NaN, Evaluation.ofClasses(Loss.CROSS_ENTROPY, 2).macroF1());
  }

  /** A class that is predicted and never true counts with 0, as one that is never predicted. */
  @Test
  void macroF1CountsClassesThatAreTrueOrPredicted() {
    Evaluation e = Evaluation.ofClasses(Loss.CROSS_ENTROPY, 4);
    e.add(labelled(0, 0), new float[] {1, 0, 0, 0, 0, 1, 0, 0});
    assertEquals(2.0 / 3 / 2, e.macroF1(), 1e-15);
  }

  /** Those of scikit-learn's documentation of r2_score and of the errors. */
  @Test
  void figuresOfPublishedRegressions() {
    Evaluation e = regression(1, new float[] {3, -.5f, 2, 7}, new float[] {2.5f, 0, 2, 8});
    assertEquals(0.375, e.meanSquaredError());
    assertEquals(0.5, e.meanAbsoluteError());
    assertEquals(0.948608, e.rSquared(), 5e-7);
    Evaluation two =
        regression(2, new float[] {.5f, 1, -1, 1, 7, -6}, new float[] {0, 2, -1, 2, 8, -5});
    assertEquals(0.7083, two.meanSquaredError(), 5e-5);
    assertEquals(0.75, two.meanAbsoluteError());
    assertEquals((0.965438 + 0.908163) / 2, two.rSquared(), 1e-6);
  }

  @Test
  void targetsThatAreAllEqualHaveAnRSquaredOfOneOnlyWhenPredictedExactly() {
    float[] targets = {-2, -2, -2};
    assertEquals(1, regression(1, targets, targets).rSquared());
    assertEquals(0, regression(1, targets, new float[] {-2, -2, -1.999f}).rSquared());
    float[] uneven = {16777215, 16777215, 16777215};
    assertEquals(0, regression(1, uneven, new float[] {1, 2, 3}).rSquared());
    assertEquals(Double.NaN, Evaluation.ofTargets(Loss.MEAN_SQUARED_ERROR, 1).rSquared());
  }

  /** Years in seconds: the mean is far from 0, and the spread small. */
  @Test
  void rSquaredDoesNotLoseTheSpreadOfTargetsFarFromZero() {
    float[] targets = new float[1000];
    float[] outputs = new float[targets.length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = 1.7e9f + 128 * (i % 2);
      outputs[i] = 1.7e9f;
    }
    // Every error is 0 or 128; the deviations are 64 each.
    assertEquals(1 - 2.0, regression(1, targets, outputs).rSquared());
  }

  @Test
  void noOrderAndNoPartsChangeABit() {
    RandomStream random = new RandomStream(20261130, Purpose.TEST, 0, 0);
    for (int trial = 0; trial < 40; trial++) {
      int outputs = 1 + random.below(3);
      float[] targets = new float[30 * outputs];
      float[] found = new float[targets.length];
      for (int i = 0; i < targets.length; i++) {
        targets[i] = (random.uniform() - 0.5f) * (float) Math.pow(10, random.below(12) - 6);
        found[i] = targets[i] + random.uniform();
      }
      Evaluation whole = regression(outputs, targets, found);
      Evaluation[] parts = new Evaluation[3];
      for (int p = 0; p < 3; p++) parts[p] = Evaluation.ofTargets(Loss.MEAN_SQUARED_ERROR, outputs);
      for (int i = targets.length - outputs; i >= 0; i -= outputs) {
        Evaluation one =
            regression(
                outputs,
                Arrays.copyOfRange(targets, i, i + outputs),
                Arrays.copyOfRange(found, i, i + outputs));
        parts[random.below(3)].merge(one);
      }
      parts[2].addArray(parts[0].toArray());
      parts[1].merge(parts[2]);
      assertArrayEquals(whole.toArray(), parts[1].toArray(), "trial " + trial);
      assertEquals(Figures.of(whole), Figures.of(parts[1]), "trial " + trial);
    }
  }

  private static Evaluation regression(int outputs, float[] targets, float[] found) {
    int count = targets.length / outputs;
    Evaluation e = Evaluation.ofTargets(Loss.MEAN_SQUARED_ERROR, outputs);
    MiniBatch batch = MiniBatch.targeted(Shape.flat(1), count, outputs);
    System.arraycopy(targets, 0, batch.targets, 0, targets.length);
    batch.filled(count, DRAW);
    e.add(batch, found);
    return e;
  }

  @Test
  void mergedPartsAreTheWholeEvenWhenAPartIsEmpty() {
    RandomStream random = new RandomStream(5, Purpose.TEST, 0, 0);
    Evaluation whole = Evaluation.ofClasses(Loss.MEAN_SQUARED_ERROR, 4);
    Evaluation left = Evaluation.ofClasses(Loss.MEAN_SQUARED_ERROR, 4);
    Evaluation right = Evaluation.ofClasses(Loss.MEAN_SQUARED_ERROR, 4);
    for (int i = 0; i < 20; i++) {
      MiniBatch one = labelled(random.below(4));
      float[] outputs = {random.uniform(), random.uniform(), random.uniform(), random.uniform()};
      whole.add(one, outputs);
      (i < 7 ? left : right).add(one, outputs);
    }
    Evaluation merged = Evaluation.ofClasses(Loss.MEAN_SQUARED_ERROR, 4);
    merged.merge(left);
    merged.merge(Evaluation.ofClasses(Loss.MEAN_SQUARED_ERROR, 4));
    merged.merge(right);
    assertArrayEquals(whole.toArray(), merged.toArray());
    assertEquals(20, merged.examples());
  }

  @Test
  void theMostClassesThereMayBeAreCountedClassByClassAndMergeInAnyOrder() throws IOException {
    long seed = 20261128;
    System.out.println("seed " + seed);
    int classes = 1 << 16;
    RandomStream random = new RandomStream(seed, Purpose.TEST, 0, 0);
    Evaluation whole = Evaluation.ofClasses(Loss.CROSS_ENTROPY, classes);
    Evaluation left = Evaluation.ofClasses(Loss.CROSS_ENTROPY, classes);
    Evaluation right = Evaluation.ofClasses(Loss.CROSS_ENTROPY, classes);
    // Few classes occur, so that each of them is confused with others.
    int[] present = new int[classes];
    int[] taken = new int[classes];
    int[] found = new int[classes];
    float[] outputs = new float[classes];
    for (int i = 0; i < 60; i++) {
      int truth = random.below(4) * 21_845;
      int guess = random.below(4) * 21_845;
      present[truth]++;
      taken[guess]++;
      if (truth == guess) found[truth]++;
      outputs[guess] = 1;
      whole.add(labelled(truth), outputs);
      (i % 3 == 0 ? left : right).add(labelled(truth), outputs);
      outputs[guess] = 0;
    }
    for (int c = 0; c < classes; c += 21_845) {
      assertEquals((double) found[c] / taken[c], whole.precision(c));
      assertEquals((double) found[c] / present[c], whole.recall(c));
    }
    assertEquals(0, whole.f1(1));
    Evaluation merged = Evaluation.ofClasses(Loss.CROSS_ENTROPY, classes);
    merged.addArray(right.toArray());
    merged.merge(left);
    assertArrayEquals(whole.toArray(), merged.toArray());
    assertFalse(whole.hasConfusion());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(whole);
    }
    assertTrue(bytes.size() < 2 << 20, bytes.size() + " bytes");
  }

  @Test
  void aConfusionMatrixAndTheCountsOfClassesSayTheSame() {
    int classes = Evaluation.MATRIX;
    RandomStream random = new RandomStream(6, Purpose.TEST, 0, 0);
    Evaluation e = Evaluation.ofClasses(Loss.CROSS_ENTROPY, classes);
    float[] outputs = new float[classes];
    for (int i = 0; i < 500; i++) {
      int guess = random.below(9);
      outputs[guess] = 1;
      e.add(labelled(random.below(9)), outputs);
      outputs[guess] = 0;
    }
    assertTrue(e.hasConfusion());
    for (int c = 0; c < 9; c++) {
      long present = 0;
      long taken = 0;
      for (int other = 0; other < classes; other++) {
        present += e.confused(c, other);
        taken += e.confused(other, c);
      }
      assertEquals((double) e.confused(c, c) / taken, e.precision(c));
      assertEquals((double) e.confused(c, c) / present, e.recall(c));
    }
    Evaluation more = Evaluation.ofClasses(Loss.CROSS_ENTROPY, classes + 1);
    assertFalse(more.hasConfusion());
    assertThrows(IllegalStateException.class, () -> more.confused(0, 0));
  }

  @Test
  void arraysCarryAllSums() {
    Evaluation e = Evaluation.ofClasses(Loss.CROSS_ENTROPY, 3);
    e.add(labelled(0, 2), new float[] {.7f, .2f, .1f, .3f, .5f, .2f});
    Evaluation copy = Evaluation.ofClasses(Loss.CROSS_ENTROPY, 3);
    copy.addArray(e.toArray());
    assertArrayEquals(e.toArray(), copy.toArray());
    assertEquals(e.topAccuracy(3), copy.topAccuracy(3));
    assertThrows(IllegalArgumentException.class, () -> copy.addArray(new double[3]));
  }

  @Test
  void aProbabilityOfZeroIsALargeFiniteLoss() {
    Evaluation e = Evaluation.ofClasses(Loss.CROSS_ENTROPY, 2);
    e.add(labelled(0), new float[] {0, 1});
    assertTrue(e.meanLoss() > 80 && e.meanLoss() < 100);
  }

  @Test
  void evaluationsOfDifferentModelsDoNotMerge() {
    Evaluation two = Evaluation.ofClasses(Loss.CROSS_ENTROPY, 2);
    assertThrows(
        IllegalArgumentException.class,
        () -> two.merge(Evaluation.ofClasses(Loss.CROSS_ENTROPY, 3)));
    assertThrows(
        IllegalArgumentException.class,
        () -> two.merge(Evaluation.ofTargets(Loss.CROSS_ENTROPY, 2)));
  }

  private static MiniBatch labelled(int... labels) {
    MiniBatch batch = MiniBatch.labelled(Shape.flat(1), labels.length);
    System.arraycopy(labels, 0, batch.labels, 0, labels.length);
    batch.filled(labels.length, DRAW);
    return batch;
  }
}
