package io.kudari.data.format;

import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.file.InputFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Images and labels in IDX files, the format of MNIST, in two or in several of each; each raw, or
 * gzipped when its name ends in {@code .gz}. All numbers have the highest byte first.
 *
 * <pre>
 * offset  bytes  images                          labels
 * 0       2      0                               0
 * 2       1      8: the type, unsigned bytes     8
 * 3       1      2, 3 or 4: dimensions           1
 * 4       4      number of images                number of labels
 * 8       4 × …  the other dimensions            (none)
 * then           the pixels, row by row          one class a byte
 * </pre>
 *
 * <p>Other dimensions: {@code features}; {@code rows, columns}; or {@code channels, rows, columns}.
 * In all files of a set they are the same.
 *
 * @param images URI of the file of images, of a folder of such, or a pattern as {@link InputFiles}
 *     has it
 * @param labels URI or pattern of the labels, of which each file belongs to that of images at the
 *     same place in the order of names; or empty: such a set can be read only where labels are not
 *     needed. There the files are not read
 * @param classes number of classes, every label must be below it; 0 takes the highest label plus
 *     one
 * @param examples how many are read, the first; 0 reads all
 */
public record IdxSource(String images, String labels, int classes, int examples)
    implements ExampleSource {

  private static final long serialVersionUID = 1;

  public IdxSource {
    if (classes < 0 || classes == 1 || classes > 256) {
      throw new IllegalArgumentException("classes must be 0 or within 2..256, not " + classes);
    }
    if (examples < 0)
      throw new IllegalArgumentException("examples must be at least 0, not " + examples);
  }

  /** Of all examples. */
  public IdxSource(String images, String labels, int classes) {
    this(images, labels, classes, 0);
  }

  @Override
  public String name() {
    return labels.isEmpty() ? images : labels;
  }

  @Override
  public void read(Configuration hadoop, ExampleSink into) throws IOException {
    IdxReader reader = new IdxReader(this, null, into);
    reader.read(hadoop, parts(hadoop, into.needsLabels()));
  }

  /**
   * Small files together, ranges of large ones that may be cut. Where labels do not fit there are
   * none: who needs them is told so when reading, and who does not reads all the same.
   */
  @Override
  public List<ExampleSource> splits(Configuration hadoop) throws IOException {
    List<IdxPart> parts;
    try {
      parts = parts(hadoop, !labels.isEmpty());
    } catch (DataException e) {
      return List.of(this);
    }
    if (parts.size() == 1 && !parts.get(0).mayBeCut()) return List.of(this);
    IdxHeader first = parts.get(0).header(hadoop);
    long bytes = Splits.bytes(parts.stream().mapToLong(part -> part.bytes(first)).sum());
    List<ExampleSource> splits = IdxSplit.of(this, parts, first, bytes);
    return splits.size() < 2 ? List.of(this) : splits;
  }

  private List<IdxPart> parts(Configuration hadoop, boolean labelled) throws IOException {
    List<IdxPart> files =
        labelled ? IdxFiles.pairs(hadoop, images, labels) : IdxFiles.images(hadoop, images);
    return examples == 0 ? files : first(hadoop, files);
  }

  /** Where the first examples are: as far as that, headers tell. */
  private List<IdxPart> first(Configuration hadoop, List<IdxPart> files) throws IOException {
    List<IdxPart> parts = new ArrayList<>();
    long found = 0;
    for (IdxPart file : files) {
      if (found >= examples) break;
      IdxHeader header = file.header(hadoop);
      parts.add(file.first(examples - found, header));
      found += header.count();
    }
    if (found >= examples) return parts;
    throw new DataException(images + ": examples = " + examples + ", but it has " + found);
  }
}
