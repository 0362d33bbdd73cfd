package io.kudari.model;

/** Areas under curves from the scores themselves, by their definitions. */
public final class Areas {

  private Areas() {}

  /** Whether there are positives and negatives. */
  public static boolean isDefined(boolean[] positive) {
    return count(positive, true) > 0 && count(positive, false) > 0;
  }

  private static int count(boolean[] positive, boolean wanted) {
    int count = 0;
    for (boolean p : positive) if (p == wanted) count++;
    return count;
  }

  /** The share of pairs of a positive and a negative that are in order; ties count one half. */
  public static double roc(float[] scores, boolean[] positive) {
    double won = 0;
    for (int i = 0; i < scores.length; i++) {
      if (!positive[i]) continue;
      for (int j = 0; j < scores.length; j++) {
        if (positive[j]) continue;
        if (scores[i] > scores[j]) won++;
        else if (scores[i] == scores[j]) won += 0.5;
      }
    }
    return won / count(positive, true) / count(positive, false);
  }

  /** The mean over the positives of the precision among what is scored no lower. */
  public static double averagePrecision(float[] scores, boolean[] positive) {
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      if (!positive[i]) continue;
      int right = 0;
      int all = 0;
      for (int j = 0; j < scores.length; j++) {
        if (scores[j] < scores[i]) continue;
        all++;
        if (positive[j]) right++;
      }
      sum += (double) right / all;
    }
    return sum / count(positive, true);
  }
}
