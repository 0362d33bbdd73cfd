package io.kudari.ml;

import io.kudari.data.format.PixelSpec;
import io.kudari.data.format.TypedRows.Kind;
import io.kudari.model.Shape;
import io.kudari.spark.data.RowFeatures;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * The pixels that features are, if they are any, and what {@code inputShape} says of them: of bytes
 * what they are, of images what becomes of them.
 *
 * @param column what features are in
 * @param shapeOrNull of an example; null where nothing is said
 */
record PixelInput(Kind column, Shape shapeOrNull) {

  /** Of numbers. */
  static final PixelInput NONE = new PixelInput(Kind.OTHER, null);

  /** Of columns that are there. */
  static PixelInput of(StructType schema, List<String> features, InferenceParams<?> stage) {
    boolean alone = features.size() == 1;
    Kind kind = alone ? RowFeatures.kind(schema.apply(features.get(0)).dataType()) : Kind.OTHER;
    int[] said = stage.getInputShape();
    return new PixelInput(kind, said.length == 0 ? null : new Shape(said[0], said[1], said[2]));
  }

  /** Whether features are pixels. */
  boolean isPixels() {
    return column.isPixels();
  }

  /**
   * Checks what a training is told.
   *
   * @throws IllegalArgumentException when a shape is said of what has none; one line
   */
  void check() {
    if (shapeOrNull == null) return;
    if (!isPixels())
      throw new IllegalArgumentException(
          "inputShape is of a column of binary or of images, which the features are not in");
    int channels = shapeOrNull.channels();
    if (column == Kind.IMAGE && channels != 1 && channels != 3)
      throw new IllegalArgumentException(
          "inputShape has %d channels, but images have 1, of grey, or 3".formatted(channels));
  }

  /** The settings of a training's source. */
  List<String> settings() {
    String train = "data.train.";
    if (column == Kind.BYTES) return List.of(train + "shape=" + shape());
    if (column != Kind.IMAGE || shapeOrNull == null) return List.of();
    return List.of(
        train + "grey=" + (shapeOrNull.channels() == 1),
        train + "height=" + shapeOrNull.height(),
        train + "width=" + shapeOrNull.width());
  }

  private String shape() {
    if (shapeOrNull == null) return "flat";
    return "[%d,%d,%d]"
        .formatted(shapeOrNull.channels(), shapeOrNull.height(), shapeOrNull.width());
  }

  /**
   * How a model reads them.
   *
   * @param model shape of its examples
   * @throws IllegalArgumentException when another one is said; one line
   */
  PixelSpec spec(Shape model) {
    if (!isPixels()) return PixelSpec.NONE;
    if (shapeOrNull != null && !shapeOrNull.equals(model))
      throw new IllegalArgumentException(
          "inputShape is %s, but the model was trained with %s".formatted(shapeOrNull, model));
    if (column == Kind.BYTES)
      return shapeOrNull == null ? PixelSpec.FLAT : new PixelSpec(shapeOrNull, 0, 0, false);
    boolean grey = model.channels() == 1;
    if (shapeOrNull == null) return new PixelSpec(null, 0, 0, grey);
    return new PixelSpec(null, shapeOrNull.width(), shapeOrNull.height(), grey);
  }
}
