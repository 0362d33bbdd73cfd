package io.kudari.data.format;

import io.kudari.model.Shape;

/**
 * What the settings of a table say of a column of pixels.
 *
 * @param shapeOrNull of an example in a column of bytes: its channels one after another, each row
 *     by row; null where none is said
 * @param width to scale images to, or 0 to require that all have the size of the first
 * @param height to scale to, or 0 as {@code width}
 * @param grey whether to make one channel of an image, else red, green and blue
 */
public record PixelSpec(Shape shapeOrNull, int width, int height, boolean grey)
    implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** Nothing is said. */
  public static final PixelSpec NONE = new PixelSpec(null, 0, 0, false);

  /** The first key that is said of images, or empty. */
  String ofImages() {
    if (grey) return "grey";
    return width > 0 ? "width" : height > 0 ? "height" : "";
  }

  /** The first key that is said, or empty. */
  String said() {
    return shapeOrNull != null ? "shape" : ofImages();
  }

  /** Checks the size. */
  public PixelSpec {
    Picture.checkSize(height, width);
  }
}
