package io.kudari.data.format;

import io.kudari.data.ClassNames;
import io.kudari.data.Task;
import java.util.List;

/** What the sources of tables ask of their settings. */
final class LabelColumns {

  private LabelColumns() {}

  /**
   * Checks which columns are to be predicted.
   *
   * @throws IllegalArgumentException when they don't suit the task
   */
  static void check(Task task, List<String> labels, List<String> classNames) {
    if (task == Task.CLASSIFICATION ? labels.size() != 1 : labels.isEmpty()) {
      throw new IllegalArgumentException(
          "a classification has one label column, a regression at least one, not " + labels);
    }
    if (task == Task.REGRESSION && !classNames.isEmpty()) {
      throw new IllegalArgumentException("a regression has no classes");
    }
    if (classNames.stream().map(ClassNames::canonical).distinct().count() < classNames.size()) {
      throw new IllegalArgumentException(
          "class names must differ, and as numbers too: " + ClassNames.shown(classNames));
    }
  }
}
