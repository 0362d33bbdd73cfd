package io.kudari.checkpoint;

import io.kudari.data.Normalizer;
import io.kudari.data.Schema;
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
 * @param schema of the training set: examples that it is applied to are read with it
 * @param workers that evaluated it while training: whoever evaluates it again sums in their order
 * @param loss what was minimised
 * @param version of Kudari that trained it
 */
@SuppressWarnings("ArrayRecordComponent")
public record SavedModel(
    String modelJson,
    Layout layout,
    float[] parameters,
    Normalizer normalizer,
    Schema schema,
    int workers,
    Loss loss,
    String version)
    implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  public SavedModel {
    normalizer.check(schema.shape());
    normalizer.targets().check(schema.targets());
    if (parameters.length != layout.size()) {
      throw new IllegalArgumentException(
          "the layout has " + layout.size() + " parameters, but there are " + parameters.length);
    }
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be at least 1, not " + workers);
    }
  }

  /** Shape of one example. */
  public Shape input() {
    return schema.shape();
  }

  /** Number of classes or of regression targets, at least 1. */
  public int outputs() {
    return schema.outputs();
  }

  /** One name a class, or empty. */
  public List<String> classNames() {
    return schema.classNames();
  }
}
