package io.kudari.data.format;

import io.kudari.data.ClassNames;
import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.Task;
import io.kudari.data.file.InputFile;
import io.kudari.data.file.InputPath;
import io.kudari.model.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * A folder with one folder of images for each class, named as the class:
 *
 * <pre>
 * pets/cat/one.png
 * pets/cat/two.jpg
 * pets/dog/…
 * </pre>
 *
 * <p>Examples are in the order of the names, class after class; names that start with {@code .} or
 * {@code _} are passed over. Images are whatever {@code javax.imageio} reads (PNG, JPEG, GIF's
 * first picture, BMP, TIFF, WBMP), made 8 bits a sample; transparency, colour profiles and the
 * camera's orientation are ignored. All have one size, or are scaled to one, without keeping their
 * proportions, by averaging over areas.
 *
 * @param folder URI of the folder of folders; names that are equal numbers are one class
 * @param width to scale to, or 0 to require that all images have the size of the first
 * @param height to scale to, or 0 as {@code width}
 * @param grey whether to reduce colours to their luma: one channel, not red, green and blue
 * @param classNames all classes in order, or empty for the names of the folders; a class whose
 *     folder is missing has no examples, a folder that is no class is an error
 */
public record ImageFolderSource(
    String folder, int width, int height, boolean grey, List<String> classNames)
    implements ExampleSource {

  private static final long serialVersionUID = 1;

  public ImageFolderSource {
    classNames = List.copyOf(classNames);
    LabelColumns.check(Task.CLASSIFICATION, List.of("folder"), classNames);
    Picture.checkSize(height, width);
  }

  @Override
  public String name() {
    return folder;
  }

  /** Images that follow each other, of one folder or several. */
  @Override
  public List<ExampleSource> splits(Configuration hadoop) throws IOException {
    List<List<InputPath>> all = new ArrayList<>();
    for (InputPath one : InputPath.find(hadoop, folder).children()) all.add(one.children());
    if (all.stream().anyMatch(List::isEmpty)) return List.of(this); // Refused as a whole.
    List<InputPath> images = all.stream().flatMap(List::stream).toList();
    long bytes = images.stream().mapToLong(image -> image.status().getLen()).sum();
    double share = (double) Splits.bytes(bytes) / Math.max(1, bytes);
    int each = (int) Math.max(1, Math.min(1, share) * images.size());
    List<ExampleSource> splits = new ArrayList<>();
    int before = 0;
    for (int from = 0, at = 0; from < images.size(); from += each) {
      while (from - before >= all.get(at).size()) before += all.get(at++).size();
      splits.add(new ImageRun(this, at, from - before, Math.min(each, images.size() - from)));
    }
    return splits.size() < 2 ? List.of(this) : splits;
  }

  @Override
  public void read(Configuration hadoop, ExampleSink into) throws IOException {
    read(hadoop, new ImageRun(this, 0, 0, Integer.MAX_VALUE), into);
  }

  /** Reads images that follow each other. */
  void read(Configuration hadoop, ImageRun run, ExampleSink into) throws IOException {
    List<InputPath> folders = InputPath.find(hadoop, folder).children();
    List<String> names = ClassNames.distinct(folders.stream().map(InputPath::lastName).toList());
    boolean own = classNames.isEmpty() && !into.schema().isKnown();
    if (own && names.size() < 2) {
      throw new DataException(
          folder
              + ": holds "
              + names.size()
              + " class folders, a classification needs at least two");
    }
    ClassNames classes = into.numbering(own ? names : classNames);
    int left = run.count();
    for (int i = run.folder(); i < folders.size() && left > 0; i++) {
      if (into.shape() != null && into.finished()) break;
      int label = into.needsLabels() ? label(folders.get(i), classes) : 0;
      List<InputPath> images = images(folders.get(i));
      int from = i == run.folder() ? Math.min(run.image(), images.size()) : 0;
      int to = Math.min(images.size(), from + left);
      for (InputPath image : images.subList(from, to)) readImage(image, label, into);
      left -= to - from;
    }
    into.end(classes);
  }

  private static int label(InputPath folder, ClassNames classes) {
    try {
      return classes.number(folder.lastName());
    } catch (IllegalArgumentException e) {
      throw folder.error("found '" + folder.lastName() + "', " + e.getMessage());
    }
  }

  private static List<InputPath> images(InputPath folder) throws IOException {
    List<InputPath> images = new ArrayList<>(folder.children());
    if (images.isEmpty()) throw folder.error("holds no images");
    return images;
  }

  /** The first image may decide the shape, so it is read even when it is not wanted. */
  private void readImage(InputPath path, int label, ExampleSink into) throws IOException {
    Shape shape = into.shape();
    if (shape != null && !into.wantsNext()) {
      into.skip();
      return;
    }
    boolean bound = width == 0 && shape != null;
    try (InputFile file = path.open()) {
      Picture whole =
          Picture.read(file, grey, bound ? shape.height() : 0, bound ? shape.width() : 0);
      Picture picture = width > 0 ? whole.scaled(height, width) : whole;
      if (shape == null) {
        Shape first = new Shape(picture.channels(), picture.height(), picture.width());
        into.begin(first, true, 0, 0);
      }
      if (!into.wantsNext()) into.skip();
      else if (into.needsLabels()) into.add(picture.samples(), label);
      else into.add(picture.samples());
    }
  }
}
