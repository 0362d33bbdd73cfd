package io.kudari.data;

import io.kudari.model.Shape;
import java.util.List;

/**
 * What a data source holds.
 *
 * @param examples how many
 * @param shape of one example's features
 * @param bytes whether features are bytes 0..255 (pixels) rather than floats
 * @param classes number of classes, or 0 for regression
 * @param targets number of target values of a regression, or 0 for classification
 * @param classNames one name a class, or empty when classes have no names
 * @param fingerprint SHA-256 of the examples, however they are stored (for a generator, of its
 *     settings), in hex
 */
public record Description(
    int examples,
    Shape shape,
    boolean bytes,
    int classes,
    int targets,
    List<String> classNames,
    String fingerprint)
    implements java.io.Serializable {

  public Description {
    classNames = List.copyOf(classNames);
  }
}
