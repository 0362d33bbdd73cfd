package io.kudari.data.format;

import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.file.InputFiles;
import io.kudari.data.file.InputPath;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Lines of text in a file, in those of a folder, or in those that match a pattern, see {@link
 * InputFiles}: one set, in the order of their names. Of several, those of no bytes are passed over.
 */
interface TextSource extends ExampleSource {

  /** URI of the file or folder, the pattern, or {@link InputPath#STANDARD_INPUT}. */
  String file();

  /** Reads the lines of a range of it. */
  void read(Configuration hadoop, TextRange range, ExampleSink into) throws IOException;

  /** What each of its files must begin with, in which there are lines. */
  default Heading heading(List<InputPath> files) throws IOException {
    return Heading.NONE;
  }

  /** All lines. */
  default TextRange whole(Configuration hadoop) throws IOException {
    return TextRange.all(InputFiles.filled(hadoop, file()));
  }

  @Override
  default void read(Configuration hadoop, ExampleSink into) throws IOException {
    read(hadoop, whole(hadoop), into);
  }

  @Override
  default List<ExampleSource> splits(Configuration hadoop) throws IOException {
    return splits(hadoop, TextSplit::of);
  }

  @Override
  default List<ExampleSource> uncut(Configuration hadoop) throws IOException {
    return splits(hadoop, TextSplit::uncut);
  }

  private List<ExampleSource> splits(Configuration hadoop, TextSplit.Cut cut) throws IOException {
    if (file().equals(InputPath.STANDARD_INPUT)) return List.of(this);
    List<InputPath> files = InputFiles.filled(hadoop, file());
    long bytes = Splits.bytes(files.stream().mapToLong(file -> file.status().getLen()).sum());
    Heading heading = files.size() == 1 ? Heading.NONE : heading(files);
    List<ExampleSource> splits = cut.of(this, files, heading, bytes);
    return splits.size() < 2 ? List.of(this) : splits;
  }
}
