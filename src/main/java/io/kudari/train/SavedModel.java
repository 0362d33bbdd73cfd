package io.kudari.train;

import io.kudari.data.Normalizer;
import io.kudari.math.Layout;
import io.kudari.model.Loss;
import io.kudari.model.Shape;
import java.util.List;

/**
 * A trained model and all that is needed to apply it to raw examples.
 *
 * @param modelJson a JSON text that describes the network; kept letter by letter
 * @param layout of the parameters
 * @param parameters as many as the layout says, all finite
 * @param normalizer fitted to the training set; fits {@code input}
 * @param classNames one name a class, or empty
 * @param input shape of one example
 * @param outputs number of classes or of regression targets, at least 1
 * @param loss what was minimised
 * @param version of Kudari that trained it
 */
@SuppressWarnings("ArrayRecordComponent")
public record SavedModel(
    String modelJson,
    Layout layout,
    float[] parameters,
    Normalizer normalizer,
    List<String> classNames,
    Shape input,
    int outputs,
    Loss loss,
    String version) {

  public SavedModel {
    classNames = List.copyOf(classNames);
    normalizer.check(input);
    if (parameters.length != layout.size()) {
      throw new IllegalArgumentException(
          "the layout has " + layout.size() + " parameters, but there are " + parameters.length);
    }
    if (outputs < 1) {
      throw new IllegalArgumentException("outputs must be at least 1, not " + outputs);
    }
    if (!classNames.isEmpty() && classNames.size() != outputs) {
      throw new IllegalArgumentException(
          "there are " + outputs + " outputs, but " + classNames.size() + " class names");
    }
  }
}
