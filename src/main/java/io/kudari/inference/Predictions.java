package io.kudari.inference;

import io.kudari.checkpoint.SavedModel;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of predictions: the example's number, then the predicted class and each class's
 * probability, or the predicted values.
 *
 * @param classes whether outputs are probabilities of classes
 * @param width outputs of an example
 * @param names of the classes, or empty where they are numbers
 */
public record Predictions(boolean classes, int width, List<String> names) implements Serializable {

  private static final long serialVersionUID = 1;

  /** Of a model. */
  public static Predictions of(SavedModel saved) {
    return new Predictions(saved.schema().classes() > 0, saved.outputs(), saved.classNames());
  }

  /** What the columns are called. */
  List<String> columns() {
    List<String> all = new ArrayList<>(List.of("example"));
    if (classes) all.add("predicted");
    for (int o = 0; o < width; o++) all.add(classes ? "p(" + name(o) + ")" : "value" + o);
    return all;
  }

  /** The first line of a CSV. */
  public String header() {
    return String.join(",", columns().stream().map(Predictions::cell).toList())
        + System.lineSeparator();
  }

  /**
   * The lines of some examples in a CSV.
   *
   * @param first number of the first
   * @param outputs {@code count × width} values
   */
  public String rows(long first, int count, float[] outputs) {
    StringBuilder lines = new StringBuilder();
    for (int e = 0; e < count; e++) {
      lines.append(first + e);
      if (classes) lines.append(',').append(cell(predicted(outputs, e * width)));
      for (int o = 0; o < width; o++) lines.append(',').append(outputs[e * width + o]);
      lines.append(System.lineSeparator());
    }
    return lines.toString();
  }

  /** The class of an example, whose outputs begin there. */
  String predicted(float[] outputs, int at) {
    int best = 0;
    for (int o = 1; o < width; o++) if (outputs[at + o] > outputs[at + best]) best = o;
    return name(best);
  }

  private String name(int label) {
    return names.isEmpty() ? String.valueOf(label) : names.get(label);
  }

  /** A text as a CSV value. */
  private static String cell(String text) {
    return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
