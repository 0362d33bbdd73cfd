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
 * @param flat whether the bytes of an example have no shape: there are as many as the first has
 */
public record PixelSpec(Shape shapeOrNull, int width, int height, boolean grey, boolean flat)
    implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** Nothing is said. */
  public static final PixelSpec NONE = new PixelSpec(null, 0, 0, false);

  /** Of bytes without a shape. */
  public static final PixelSpec FLAT = new PixelSpec(null, 0, 0, false, true);

  /** Most pixels of an image. */
  public static final int MOST = Picture.MOST_PIXELS;

  /** What stands before the shape that bytes have not as many as. */
  public static final String SHAPE = ", shape = ";

  /** How a line about images of several sizes ends. */
  public static final String SCALES = "; width and height scale images";

  /** Of images, or of bytes that have a shape. */
  public PixelSpec(Shape shapeOrNull, int width, int height, boolean grey) {
    this(shapeOrNull, width, height, grey, false);
  }

  /** Checks the size. */
  public PixelSpec {
    Picture.checkSize(height, width);
  }

  /** The first key that is said of images, or empty. */
  String ofImages() {
    if (grey) return "grey";
    return width > 0 ? "width" : height > 0 ? "height" : "";
  }

  /** Whether it is said what bytes are. */
  boolean saysBytes() {
    return shapeOrNull != null || flat;
  }

  /** The first key that is said, or empty. */
  String said() {
    return saysBytes() ? "shape" : ofImages();
  }

  /**
   * Those of a cell of bytes.
   *
   * @throws IllegalArgumentException when there are none, or not as many as the shape has; one line
   */
  public Pixels of(byte[] bytes) {
    if (shapeOrNull != null && bytes.length != shapeOrNull.size())
      throw new IllegalArgumentException(
          bytes.length + " bytes" + SHAPE + shapeOrNull + " has " + shapeOrNull.size());
    if (bytes.length == 0)
      throw new IllegalArgumentException("0 bytes, there must be at least one pixel");
    return new Pixels(shapeOrNull != null ? shapeOrNull : Shape.flat(bytes.length), bytes);
  }

  /**
   * Those of an image.
   *
   * @throws IllegalArgumentException when it cannot be read; one line
   */
  public Pixels of(StructImage image) {
    Picture whole = image.picture();
    Picture coloured = grey ? whole.grey() : whole.coloured();
    Picture picture = width > 0 ? coloured.scaled(height, width) : coloured;
    Shape shape = new Shape(picture.channels(), picture.height(), picture.width());
    return new Pixels(shape, picture.samples());
  }
}
