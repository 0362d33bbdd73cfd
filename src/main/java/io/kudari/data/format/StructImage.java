package io.kudari.data.format;

/**
 * An image as Spark's data source of images has it.
 *
 * @param height in pixels
 * @param width in pixels
 * @param channels 1 for grey, 3 for blue, green and red, 4 with opacity behind them
 * @param data {@code height × width × channels} unsigned bytes
 */
@SuppressWarnings("ArrayRecordComponent")
public record StructImage(int height, int width, int channels, byte[] data) {

  /** The fields of a column of such images, in their order. */
  public static final java.util.List<String> FIELDS =
      java.util.List.of("origin", "height", "width", "nChannels", "mode", "data");

  /** Places of those that are read. */
  public static final int HEIGHT = FIELDS.indexOf("height");

  public static final int WIDTH = FIELDS.indexOf("width");
  public static final int CHANNELS = FIELDS.indexOf("nChannels");
  public static final int DATA = FIELDS.indexOf("data");

  /**
   * The same with its channels one after another, red first, without opacity.
   *
   * @throws IllegalArgumentException when it is none; one line
   */
  Picture picture() {
    boolean known = channels == 1 || channels == 3 || channels == 4;
    boolean fits = height > 0 && width > 0 && (long) height * width <= Picture.MOST_PIXELS;
    if (!known || !fits || (long) height * width * channels != data.length)
      throw new IllegalArgumentException(
          "an image of %d x %d pixels, %d channels and %d bytes, which cannot be read"
              .formatted(width, height, channels, data.length));
    int size = height * width;
    int used = channels == 1 ? 1 : 3;
    byte[] samples = new byte[used * size];
    for (int i = 0; i < size; i++)
      for (int c = 0; c < used; c++) samples[c * size + i] = data[i * channels + (used - 1 - c)];
    return new Picture(used, height, width, samples);
  }
}
