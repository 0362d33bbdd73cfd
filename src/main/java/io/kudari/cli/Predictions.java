package io.kudari.cli;

import java.util.List;

/**
 * The table of predictions as CSV: the example's number, then the predicted class and each class's
 * probability, or the predicted values.
 *
 * @param classes whether outputs are probabilities of classes
 * @param width outputs of an example
 * @param names of the classes, or empty where they are numbers
 */
record Predictions(boolean classes, int width, List<String> names) {

  /** The first line. */
  String header() {
    StringBuilder line = new StringBuilder(classes ? "example,predicted" : "example");
    for (int o = 0; o < width; o++)
      line.append(',').append(classes ? cell("p(" + name(o) + ")") : "value" + o);
    return line.append(System.lineSeparator()).toString();
  }

  /**
   * The lines of some examples.
   *
   * @param first number of the first
   * @param outputs {@code count × width} values
   */
  String rows(long first, int count, float[] outputs) {
    StringBuilder lines = new StringBuilder();
    for (int e = 0; e < count; e++) {
      lines.append(first + e);
      if (classes) lines.append(',').append(cell(name(best(outputs, e * width))));
      for (int o = 0; o < width; o++) lines.append(',').append(outputs[e * width + o]);
      lines.append(System.lineSeparator());
    }
    return lines.toString();
  }

  private int best(float[] outputs, int at) {
    int best = 0;
    for (int o = 1; o < width; o++) if (outputs[at + o] > outputs[at + best]) best = o;
    return best;
  }

  private String name(int label) {
    return names.isEmpty() ? String.valueOf(label) : names.get(label);
  }

  /** A text as a CSV value. */
  private static String cell(String text) {
    return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
