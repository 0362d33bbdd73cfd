package io.kudari.data.format;

import io.kudari.data.DataException;
import io.kudari.data.file.InputFiles;
import io.kudari.data.file.InputPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/** Finds the files of images and labels that belong together. */
final class IdxFiles {

  private IdxFiles() {}

  /** Those of images, as {@link InputFiles#filled} finds them. */
  static List<IdxPart> images(Configuration hadoop, String images) throws IOException {
    return InputFiles.filled(hadoop, images).stream().map(IdxPart::of).toList();
  }

  /**
   * Those of both: the first of images and the first of labels, and so on, in the order of {@link
   * InputFiles}. Of several, two of no bytes are passed over.
   *
   * @throws DataException when there are not as many of both, or an ending {@code .gz} changes the
   *     order of some alone: nobody could say then which belong together
   */
  static List<IdxPart> pairs(Configuration hadoop, String images, String labels)
      throws IOException {
    List<InputPath> pixels = InputFiles.find(hadoop, images);
    List<InputPath> marks = InputFiles.find(hadoop, labels);
    if (pixels.size() != marks.size())
      throw new DataException(
          images
              + ": names "
              + files(pixels)
              + " of images, but "
              + labels
              + " "
              + files(marks)
              + " of labels; each has one of its own");
    if (!order(pixels).equals(order(marks)))
      throw new DataException(
          images
              + ": its files have another order than those of "
              + labels
              + " without the ending .gz of some: which belong together?");
    List<IdxPart> pairs = new ArrayList<>();
    for (int i = 0; i < pixels.size(); i++)
      if (!isEmpty(pixels.get(i)) || !isEmpty(marks.get(i)))
        pairs.add(IdxPart.of(pixels.get(i), marks.get(i)));
    return pairs.isEmpty() ? List.of(IdxPart.of(pixels.get(0), marks.get(0))) : pairs;
  }

  private static String files(List<InputPath> all) {
    return all.size() + (all.size() == 1 ? " file" : " files");
  }

  private static boolean isEmpty(InputPath file) {
    return file.status().getLen() == 0;
  }

  /** Which is the first, the second and so on by its name without {@code .gz}. */
  private static List<Integer> order(List<InputPath> files) {
    List<String> names = files.stream().map(file -> file.name().replaceAll("\\.gz$", "")).toList();
    return IntStream.range(0, names.size())
        .boxed()
        .sorted(Comparator.comparing(names::get))
        .toList();
  }
}
