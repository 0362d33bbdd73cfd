package io.kudari.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Logistic regression on the tables of {@code TestTables.passengers}, encoded here on its own: each
 * text is a feature, a gap the mean, all standardised, gradient descent on all rows until it ends.
 */
final class LogisticReference {

  private static final int STEPS = 2000;

  private LogisticReference() {}

  /** Share of the tested rows whose class it tells. */
  static double accuracy(String train, String test) {
    List<String[]> rows = rows(train);
    List<String[]> tested = rows(test);
    Map<String, Integer> features = features(rows);
    double[][] x = encoded(rows, features);
    double[] mean = new double[features.size()];
    double[] spread = new double[features.size()];
    standardise(x, mean, spread);
    double[] w = fitted(x, rows);
    double[][] t = encoded(tested, features);
    int right = 0;
    for (int i = 0; i < t.length; i++) {
      for (int j = 0; j < mean.length; j++) t[i][j] = scaled(t[i][j], mean[j], spread[j]);
      right += score(w, t[i]) > 0 == rescued(tested.get(i)) ? 1 : 0;
    }
    return (double) right / t.length;
  }

  private static List<String[]> rows(String table) {
    return table.lines().skip(1).map(line -> line.split(",", -1)).toList();
  }

  private static boolean rescued(String[] row) {
    return row[0].equals("yes");
  }

  private static boolean isNumber(int column) {
    return column == 3 || column == 4;
  }

  private static Map<String, Integer> features(List<String[]> rows) {
    TreeSet<String> names = new TreeSet<>();
    for (String[] row : rows)
      for (int c = 1; c < row.length; c++) names.add(isNumber(c) ? "" + c : c + row[c]);
    Map<String, Integer> places = new HashMap<>();
    for (String name : new ArrayList<>(names)) places.put(name, places.size());
    return places;
  }

  private static double[][] encoded(List<String[]> rows, Map<String, Integer> features) {
    double[][] x = new double[rows.size()][features.size()];
    for (int i = 0; i < x.length; i++)
      for (int c = 1; c < rows.get(i).length; c++) {
        String cell = rows.get(i)[c];
        boolean gap = cell.isEmpty() || cell.equals("NA");
        if (isNumber(c)) x[i][features.get("" + c)] = gap ? Double.NaN : Double.parseDouble(cell);
        else if (features.containsKey(c + cell)) x[i][features.get(c + cell)] = 1;
      }
    return x;
  }

  private static void standardise(double[][] x, double[] mean, double[] spread) {
    for (int j = 0; j < mean.length; j++) {
      double sum = 0;
      double squares = 0;
      int count = 0;
      for (double[] row : x) {
        if (Double.isNaN(row[j])) continue;
        sum += row[j];
        squares += row[j] * row[j];
        count++;
      }
      mean[j] = sum / count;
      spread[j] = Math.sqrt(Math.max(1e-12, squares / count - mean[j] * mean[j]));
      for (double[] row : x) row[j] = scaled(row[j], mean[j], spread[j]);
    }
  }

  private static double scaled(double x, double mean, double spread) {
    return Double.isNaN(x) ? 0 : (x - mean) / spread;
  }

  private static double[] fitted(double[][] x, List<String[]> rows) {
    double[] w = new double[x[0].length + 1];
    for (int step = 0; step < STEPS; step++) {
      double[] gradient = new double[w.length];
      for (int i = 0; i < x.length; i++) {
        double error = 1 / (1 + Math.exp(-score(w, x[i]))) - (rescued(rows.get(i)) ? 1 : 0);
        for (int j = 0; j < x[i].length; j++) gradient[j] += error * x[i][j];
        gradient[x[i].length] += error;
      }
      for (int j = 0; j < w.length; j++) w[j] -= .5 * gradient[j] / x.length;
    }
    return w;
  }

  private static double score(double[] w, double[] x) {
    double sum = w[x.length];
    for (int j = 0; j < x.length; j++) sum += w[j] * x[j];
    return sum;
  }
}
