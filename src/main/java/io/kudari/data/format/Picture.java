package io.kudari.data.format;

import io.kudari.data.DataException;
import io.kudari.data.file.InputFile;
import io.kudari.data.file.InputPath;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * One decoded image: the channels one after another, each row by row, a byte a sample.
 *
 * @param channels 1 for grey, 3 for red, green and blue
 * @param height in pixels
 * @param width in pixels
 * @param samples {@code channels × height × width} unsigned bytes
 */
@SuppressWarnings("ArrayRecordComponent")
record Picture(int channels, int height, int width, byte[] samples) {

  /** Images with more pixels are refused by their header, before memory is taken for them. */
  static final int MOST_PIXELS = 1 << 26;

  private static final long LONGEST_FILE = 1 << 28;

  /**
   * No format but fax makes more pixels of a byte: a deflated one is at most 1,032 bytes of eight
   * pixels.
   */
  private static final long MOST_PIXELS_OF_A_BYTE = 8 * 1032;

  /** So many are believed of any file. */
  private static final long FEW_PIXELS = 1 << 21;

  /**
   * Checks a size to scale to.
   *
   * @throws IllegalArgumentException when it is none, and not 0 for none
   */
  static void checkSize(int height, int width) {
    if ((width == 0) != (height == 0) || width < 0 || height < 0)
      throw new IllegalArgumentException(
          "width and height are both positive, or both 0, not " + width + "x" + height);
    if ((long) width * height > MOST_PIXELS)
      throw new IllegalArgumentException(
          "images have at most " + MOST_PIXELS + " pixels, not " + width + "x" + height);
  }

  /**
   * Decodes a file.
   *
   * @param grey whether to make one channel of it
   * @param height that it must have, or 0 for any
   * @param width that it must have, or 0 for any
   * @throws DataException when it cannot be decoded whole, is too big, or of another size
   */
  static Picture read(InputFile file, boolean grey, int height, int width) throws IOException {
    InputPath path = file.path();
    if (path.status().getLen() > LONGEST_FILE) {
      throw path.error(
          "has " + path.status().getLen() + " bytes, images have at most " + LONGEST_FILE);
    }
    PngCheck checked = new PngCheck(file);
    try (ImageInputStream in = new MemoryCacheImageInputStream(checked)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) throw path.error("is not an image of a known format");
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        requireSize(reader.getHeight(0), reader.getWidth(0), height, width, path);
        Picture picture = decode(reader, grey, path);
        checked.finish();
        return picture;
      } catch (DataException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        throw path.error("cannot be decoded", e);
      } finally {
        reader.dispose();
      }
    }
  }

  private static void requireSize(int h, int w, int height, int width, InputPath path) {
    if (h < 1 || w < 1 || (long) h * w > MOST_PIXELS) {
      throw path.error(
          "declares " + w + "x" + h + " pixels, images have 1 to " + MOST_PIXELS + " of them");
    }
    long length = path.status().getLen();
    if ((long) h * w > FEW_PIXELS + MOST_PIXELS_OF_A_BYTE * length) {
      throw path.error("declares " + w + "x" + h + " pixels, more than " + length + " bytes hold");
    }
    if (height > 0 && (h != height || w != width)) {
      throw path.error(
          String.format("has %dx%d pixels, the first image %dx%d", w, h, width, height));
    }
  }

  /** The JPEG reader fills what is missing with grey, and only warns: a warning is an error. */
  private static Picture decode(ImageReader reader, boolean grey, InputPath path)
      throws IOException {
    reader.addIIOReadWarningListener(
        (source, warning) -> {
          throw path.error("is truncated or damaged: " + warning);
        });
    BufferedImage image = reader.read(0);
    int channels = isColour(image) ? 3 : 1;
    byte[] samples = new byte[channels * image.getHeight() * image.getWidth()];
    if (image.getColorModel() instanceof IndexColorModel) unpackPalette(image, samples);
    else unpackSamples(image, channels, samples, path);
    Picture picture = new Picture(channels, image.getHeight(), image.getWidth(), samples);
    return grey ? picture.grey() : picture.coloured();
  }

  private static boolean isColour(BufferedImage image) {
    ColorModel model = image.getColorModel();
    return model instanceof IndexColorModel
        || model.getColorSpace().getType() != ColorSpace.TYPE_GRAY;
  }

  private static void unpackPalette(BufferedImage image, byte[] samples) {
    int size = image.getHeight() * image.getWidth();
    int[] row = new int[image.getWidth()];
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, row.length, 1, row, 0, row.length);
      for (int x = 0; x < row.length; x++) {
        int at = y * row.length + x;
        samples[at] = (byte) (row[x] >> 16);
        samples[size + at] = (byte) (row[x] >> 8);
        samples[2 * size + at] = (byte) row[x];
      }
    }
  }

  /** Takes samples as they are stored: Java would brighten grey, and convert colour profiles. */
  private static void unpackSamples(
      BufferedImage image, int channels, byte[] samples, InputPath path) {
    ColorModel model = image.getColorModel();
    boolean signed =
        model.getTransferType() == DataBuffer.TYPE_SHORT || model.getComponentSize(0) > 16;
    int kind = model.getColorSpace().getType();
    if (signed || (kind != ColorSpace.TYPE_GRAY && kind != ColorSpace.TYPE_RGB)) {
      throw path.error("is neither grey nor red, green and blue of at most 16 bits");
    }
    int[] row = new int[image.getWidth()];
    int at = 0;
    for (int channel = 0; channel < channels; channel++) {
      int most = (1 << model.getComponentSize(channel)) - 1;
      for (int y = 0; y < image.getHeight(); y++) {
        image.getRaster().getSamples(0, y, row.length, 1, channel, row);
        for (int value : row) samples[at++] = (byte) ((value * 255 + most / 2) / most);
      }
    }
  }

  /** One channel: the luma of ITU-R BT.601, 0.299 red + 0.587 green + 0.114 blue. */
  Picture grey() {
    if (channels == 1) return this;
    int size = height * width;
    byte[] luma = new byte[size];
    for (int i = 0; i < size; i++) {
      int red = samples[i] & 0xff;
      int green = samples[size + i] & 0xff;
      int blue = samples[2 * size + i] & 0xff;
      luma[i] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
    }
    return new Picture(1, height, width, luma);
  }

  /** Three channels. */
  Picture coloured() {
    if (channels == 3) return this;
    byte[] three = new byte[3 * samples.length];
    for (int c = 0; c < 3; c++) {
      System.arraycopy(samples, 0, three, c * samples.length, samples.length);
    }
    return new Picture(3, height, width, three);
  }

  /**
   * Another size: each new pixel is the mean of the area it covers, in whole numbers, so the same
   * everywhere.
   */
  Picture scaled(int newHeight, int newWidth) {
    if (newHeight == height && newWidth == width) return this;
    byte[] scaled = new byte[channels * newHeight * newWidth];
    int at = 0;
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < newHeight; y++) {
        for (int x = 0; x < newWidth; x++) {
          scaled[at++] = (byte) mean(c * height * width, y, newHeight, x, newWidth);
        }
      }
    }
    return new Picture(channels, newHeight, newWidth, scaled);
  }

  /** Lengths are in parts of a pixel: an old one is newHeight parts high, a new one height. */
  private long mean(int plane, long y, int newHeight, long x, int newWidth) {
    long sum = 0;
    for (long i = y * height / newHeight; i * newHeight < (y + 1) * height; i++) {
      long high =
          Math.min((i + 1) * newHeight, (y + 1) * height) - Math.max(i * newHeight, y * height);
      for (long j = x * width / newWidth; j * newWidth < (x + 1) * width; j++) {
        long wide =
            Math.min((j + 1) * newWidth, (x + 1) * width) - Math.max(j * newWidth, x * width);
        sum += high * wide * (samples[(int) (plane + i * width + j)] & 0xff);
      }
    }
    long area = (long) height * width;
    return (sum + area / 2) / area;
  }
}
