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

  /** As the setting of bytes has it. */
  private static final int LONGEST = 999_999;

  /** As the settings of images have it. */
  private static final int LONGEST_SIDE = 1 << 14;

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
   * @throws IllegalArgumentException when a shape is said of what has none, or is too large; one
   *     line
   */
  void check() {
    if (shapeOrNull == null) return;
    if (!isPixels())
      throw new IllegalArgumentException(
          "inputShape is of a column of binary or of images, which the features are not in");
    if (column == Kind.IMAGE) checkImages();
    else if (longest(shapeOrNull) > LONGEST)
      throw new IllegalArgumentException(
          "inputShape is %s, but a length is at most %d".formatted(said(), LONGEST));
  }

  private void checkImages() {
    int channels = shapeOrNull.channels();
    int height = shapeOrNull.height();
    int width = shapeOrNull.width();
    if (!areOfImages(channels))
      throw new IllegalArgumentException(
          "inputShape has %d channels, but images have 1, of grey, or 3".formatted(channels));
    if (Math.max(height, width) > LONGEST_SIDE || (long) height * width > PixelSpec.MOST)
      throw new IllegalArgumentException(
          "inputShape is %s, but images are scaled to sides of at most %d and %d pixels"
              .formatted(said(), LONGEST_SIDE, PixelSpec.MOST));
  }

  private static boolean areOfImages(int channels) {
    return channels == 1 || channels == 3;
  }

  private static int longest(Shape shape) {
    return Math.max(shape.channels(), Math.max(shape.height(), shape.width()));
  }

  /** All three, whatever they are. */
  private String said() {
    return "%dx%dx%d".formatted(shapeOrNull.channels(), shapeOrNull.height(), shapeOrNull.width());
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
   * @throws IllegalArgumentException when another one is said, or a model is of no images; one line
   */
  PixelSpec spec(Shape model) {
    if (!isPixels()) return PixelSpec.NONE;
    if (shapeOrNull != null && !shapeOrNull.equals(model))
      throw new IllegalArgumentException(
          "inputShape is %s, but the model was trained with %s".formatted(shapeOrNull, model));
    if (column == Kind.BYTES)
      return shapeOrNull == null ? PixelSpec.FLAT : new PixelSpec(shapeOrNull, 0, 0, false);
    if (!areOfImages(model.channels()))
      throw new IllegalArgumentException(
          "the model was trained with %s features of no image, which has 1 or 3 channels"
              .formatted(model));
    boolean grey = model.channels() == 1;
    if (shapeOrNull == null) return new PixelSpec(null, 0, 0, grey);
    return new PixelSpec(null, shapeOrNull.width(), shapeOrNull.height(), grey);
  }
}
