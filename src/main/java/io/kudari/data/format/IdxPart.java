package io.kudari.data.format;

import io.kudari.data.RangedSource;
import io.kudari.data.file.InputFile;
import io.kudari.data.file.InputPath;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * A file of images with its file of labels, or a range of the examples in them.
 *
 * @param images name of the file
 * @param labels name of the file, or empty where the set has none
 * @param length bytes of the file of images
 * @param from the first of its examples
 * @param to behind the last, or {@link RangedSource#END} where the files end
 */
record IdxPart(String images, String labels, long length, long from, long to)
    implements Serializable {

  private static final long serialVersionUID = 1;

  /** All of a file of images, without labels. */
  static IdxPart of(InputPath images) {
    return new IdxPart(images.name(), "", images.status().getLen(), 0, RangedSource.END);
  }

  /** All of two files. */
  static IdxPart of(InputPath images, InputPath labels) {
    long length = images.status().getLen();
    return new IdxPart(images.name(), labels.name(), length, 0, RangedSource.END);
  }

  /** Whether there are ranges of it: gzipped files have no middle to begin at. */
  boolean mayBeCut() {
    return !labels.isEmpty() && !isGzipped() && !labels.endsWith(".gz");
  }

  private boolean isGzipped() {
    return images.endsWith(".gz");
  }

  /** The first of its examples: as many as there are, and as are asked for. */
  IdxPart first(long examples, IdxHeader own) {
    return examples < own.count() ? new IdxPart(images, labels, length, 0, examples) : this;
  }

  /** What it begins with. */
  IdxHeader header(Configuration hadoop) throws IOException {
    try (InputFile file = InputPath.file(hadoop, images).open()) {
      return IdxHeader.ofImages(file);
    }
  }

  /**
   * About how many bytes of images there are to read.
   *
   * @param set of a file of the set, for the shape
   */
  long bytes(IdxHeader set) {
    return isGzipped() ? length : count(set) * set.shape().size();
  }

  /** How many examples a whole one that is not gzipped has, or is to give. */
  private long count(IdxHeader set) {
    return Math.min(to, Math.max(0, length - set.length()) / set.shape().size());
  }

  /**
   * Its ranges, where it may be cut.
   *
   * @param each examples of a range
   */
  List<IdxPart> ranges(IdxHeader set, long each) {
    return RangedSource.cut(
        count(set),
        each,
        (from, end) -> new IdxPart(images, labels, length, from, Math.min(end, to)));
  }
}
