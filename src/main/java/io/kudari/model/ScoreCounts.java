package io.kudari.model;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * How often each class was scored how high, for examples of it (positives) and of others
 * (negatives): what the areas under the ROC and the precision-recall curve follow from. A score is
 * the model's output for the class, clamped to [0, 1] (NaN counts as 0), and falls into one of
 * {@link #BINS} equal bins. Counts add up to the same in whatever order, so the areas have the same
 * bits everywhere.
 *
 * <p>Within a bin the order of the scores is lost. Areas take the scores of a bin as tied, and tell
 * how far that can be from the area of the scores themselves.
 *
 * <p>Of two classes only class 1 is counted; of more than {@link #CLASSES} none. Memory is taken
 * where scores fall: at most 512 kB a counted class. There may be 2^31 − 1 examples. Thread-safe.
 */
public final class ScoreCounts {

  /** Equal bins of [0, 1]. */
  public static final int BINS = 1 << 16;

  /** Of more classes nothing is counted: it could take more memory than training did. */
  public static final int CLASSES = 100;

  /** Counts nothing. */
  public static final ScoreCounts NONE = new ScoreCounts(0, 0, 0);

  /** Bins that take memory together. */
  private static final int PAGE = 1 << 8;

  private static final int PAGES = BINS / PAGE;

  private final int outputs;
  private final int first;
  private final int counted;

  /** By counted class, then negatives and positives, then page; null where all are 0. */
  private final int[][] pages;

  private ScoreCounts(int outputs, int first, int counted) {
    this.outputs = outputs;
    this.first = first;
    this.counted = counted;
    this.pages = new int[2 * counted * PAGES][];
  }

  /** Of no examples. */
  public static ScoreCounts of(int classes) {
    boolean two = classes == 2;
    int counted = classes > CLASSES || classes < 2 ? 0 : classes;
    return new ScoreCounts(classes, two ? 1 : 0, two ? 1 : counted);
  }

  /** How many classes are counted. */
  public int counted() {
    return counted;
  }

  /** Adds a labelled batch and the model's outputs for it. */
  public synchronized void add(MiniBatch batch, float[] output) {
    for (int e = 0; e < batch.count(); e++) {
      for (int k = 0; k < counted; k++) {
        boolean positive = batch.labels[e] == first + k;
        add(k, index(positive, bin(output[e * outputs + first + k])), 1);
      }
    }
  }

  /** A product with a power of two is exact: of two scores the higher is never in a lower bin. */
  private static int bin(float score) {
    return Math.max(0, Math.min(BINS - 1, (int) (score * BINS)));
  }

  private static int index(boolean positive, int bin) {
    return (positive ? BINS : 0) + bin;
  }

  private void add(int k, int index, int more) {
    int page = 2 * k * PAGES + index / PAGE;
    if (pages[page] == null) pages[page] = new int[PAGE];
    pages[page][index % PAGE] += more;
  }

  private long count(int k, boolean positive, int bin) {
    int index = index(positive, bin);
    int[] page = pages[2 * k * PAGES + index / PAGE];
    return page == null ? 0 : page[index % PAGE];
  }

  /**
   * What is not 0 of a class, for sending: in the upper half of each where, in the lower how often.
   *
   * @param k which of the counted classes
   */
  public synchronized long[] entries(int k) {
    long[] found = new long[PAGE];
    int n = 0;
    for (int index = 0; index < 2 * BINS; index++) {
      int[] page = pages[2 * k * PAGES + index / PAGE];
      if (page == null || page[index % PAGE] == 0) continue;
      if (n == found.length) found = Arrays.copyOf(found, 2 * n);
      found[n++] = (long) index << 32 | page[index % PAGE];
    }
    return Arrays.copyOf(found, n);
  }

  /** Of all counted classes. */
  public long[][] entries() {
    long[][] all = new long[counted][];
    for (int k = 0; k < counted; k++) all[k] = entries(k);
    return all;
  }

  /** Adds what {@link #entries(int)} gave. */
  public synchronized void add(int k, long[] entries) {
    for (long entry : entries) add(k, (int) (entry >>> 32), (int) entry);
  }

  /**
   * An area under a curve.
   *
   * @param value within [0, 1]; NaN when no class has both positives and negatives
   * @param error the area of the scores themselves is within value ± error
   */
  public record Area(double value, double error) {

    private static final Area UNKNOWN = new Area(Double.NaN, Double.NaN);
  }

  /**
   * The area under the ROC curve, by trapezoids: the share of pairs of a positive and a negative in
   * which the positive is scored higher, ties counting one half. Of several classes the mean of
   * each against the rest, over those with positives and negatives. The error is half of the share
   * of pairs that have a bin in common: each such pair counts one half, where it might count 0 or
   * 1.
   */
  public Area rocAuc() {
    return mean(this::rocAuc);
  }

  private Area rocAuc(int k) {
    double won = 0;
    double shared = 0;
    long positives = 0;
    long negatives = 0;
    for (int bin = 0; bin < BINS; bin++) {
      long p = count(k, true, bin);
      long q = count(k, false, bin);
      won += (double) p * negatives;
      shared += (double) p * q;
      positives += p;
      negatives += q;
    }
    double pairs = (double) positives * negatives;
    return pairs == 0 ? Area.UNKNOWN : new Area((won + shared / 2) / pairs, shared / 2 / pairs);
  }

  /**
   * The area under the precision-recall curve as average precision: the sum over the bins, from the
   * highest score down, of the growth of recall times the precision there, which does not
   * interpolate between points. Several classes as with {@link #rocAuc()}.
   *
   * <p>Its error follows bin by bin. With t positives and f negatives above a bin of p and q, its
   * scores contribute at most p·(t + p)/(t + p + f), when all positives are above its negatives,
   * and at least Σ (t + i)/(t + i + f + q) over i = 1..p, when all are below, which is p − F·Σ 1/(t
   * + i + F) with F = f + q, and so no less than p − F·ln(1 + p/(t + F)); both over the number of
   * positives.
   */
  public Area averagePrecision() {
    return mean(this::averagePrecision);
  }

  private Area averagePrecision(int k) {
    double sum = 0;
    double off = 0;
    double above = 0;
    double falseAbove = 0;
    for (int bin = BINS - 1; bin >= 0; bin--) {
      long p = count(k, true, bin);
      double wrong = falseAbove + count(k, false, bin);
      if (p > 0) {
        double value = p * (above + p) / (above + p + wrong);
        double most = p * (above + p) / (above + p + falseAbove);
        // Of one positive the least is the value itself, which the logarithm is only close to.
        boolean known = wrong == 0 || p == 1;
        double least = known ? value : p - wrong * StrictMath.log1p(p / (above + wrong));
        sum += value;
        off += Math.max(most - value, value - least);
      }
      above += p;
      falseAbove = wrong;
    }
    return above == 0 || falseAbove == 0 ? Area.UNKNOWN : new Area(sum / above, off / above);
  }

  private synchronized Area mean(IntFunction<Area> ofClass) {
    double value = 0;
    double error = 0;
    int known = 0;
    for (int k = 0; k < counted; k++) {
      Area area = ofClass.apply(k);
      if (Double.isNaN(area.value())) continue;
      value += area.value();
      error += area.error();
      known++;
    }
    return known == 0 ? Area.UNKNOWN : new Area(value / known, error / known);
  }
}
