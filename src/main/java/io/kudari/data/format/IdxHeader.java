package io.kudari.data.format;

import io.kudari.data.DataException;
import io.kudari.data.file.InputFile;
import io.kudari.data.file.InputPath;
import io.kudari.model.Shape;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What an IDX file begins with, as {@link IdxSource} says.
 *
 * @param file that it is of
 * @param sizes of its dimensions, each at least 1: of the first, how many images or labels there
 *     are
 */
record IdxHeader(String file, List<Integer> sizes) implements Serializable {

  private static final long serialVersionUID = 1;

  static final int UNSIGNED_BYTE = 8;

  IdxHeader {
    sizes = List.copyOf(sizes);
  }

  /** Reads that of images, and checks it against the file's length. */
  static IdxHeader ofImages(InputFile file) throws IOException {
    return read(file, "images", 2, 4);
  }

  /** As of images, of labels. */
  static IdxHeader ofLabels(InputFile file) throws IOException {
    return read(file, "labels", 1, 1);
  }

  private static IdxHeader read(InputFile file, String what, int fewest, int most)
      throws IOException {
    int dimensions = dimensions(file, what, fewest, most);
    InputPath path = file.path();
    List<Integer> sizes = new ArrayList<>();
    long content = 1;
    for (int i = 0; i < dimensions; i++) {
      int size = file.readInt("its dimensions");
      if (size < 1) throw path.error("dimension " + i + " is " + size + ", it must be at least 1");
      sizes.add(size);
      try {
        content = Math.multiplyExact(content, size);
      } catch (ArithmeticException e) {
        throw path.error("dimensions " + sizes + " multiply to 2^63 or more");
      }
    }
    IdxHeader header = new IdxHeader(path.name(), sizes);
    file.requireLength(content + header.length(), sizes + " " + what + " and the header");
    return header;
  }

  private static int dimensions(InputFile file, String what, int fewest, int most)
      throws IOException {
    int magic = file.readInt("the magic number");
    int dimensions = magic & 0xff;
    InputPath path = file.path();
    if (magic >>> 16 != 0) {
      throw path.error(String.format("magic number 0x%08x, IDX starts with two zero bytes", magic));
    }
    if (magic >>> 8 != UNSIGNED_BYTE) {
      throw path.error(
          String.format("IDX type 0x%02x, only unsigned bytes (0x08) are read", magic >>> 8));
    }
    if (dimensions < fewest || dimensions > most) {
      String allowed = fewest == most ? "" + most : fewest + " to " + most;
      throw path.error(dimensions + " dimensions, IDX " + what + " have " + allowed);
    }
    return dimensions;
  }

  /** How many images or labels there are. */
  int count() {
    return sizes.get(0);
  }

  /** Bytes of it. */
  int length() {
    return 4 + 4 * sizes.size();
  }

  /** That of an image. */
  Shape shape() {
    long size = 1;
    for (int side : sizes.subList(1, sizes.size())) size *= side;
    if (size > Integer.MAX_VALUE) {
      throw new DataException(file + ": an image of " + size + " bytes is too big");
    }
    return switch (sizes.size()) {
      case 2 -> Shape.flat(sizes.get(1));
      case 3 -> new Shape(1, sizes.get(1), sizes.get(2));
      default -> new Shape(sizes.get(1), sizes.get(2), sizes.get(3));
    };
  }

  /**
   * Checks that of another file of images of the set.
   *
   * @throws DataException when they have another shape
   */
  void check(IdxHeader other) {
    if (!other.shape().equals(shape()))
      throw new DataException(
          String.format(
              "%s: has images of shape %s, but %s of %s; files of a set have the same",
              other.file, other.shape(), file, shape()));
  }
}
