package io.kudari.data.format;

import io.kudari.data.file.InputPath;
import java.io.IOException;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A file as Parquet's readers take it, opened as all others are.
 *
 * @param path of the file
 */
record ParquetInput(InputPath path) implements InputFile {

  @Override
  public long getLength() {
    return path.status().getLen();
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    return HadoopStreams.wrap(path.files().open(path.status().getPath()));
  }

  @Override
  public String toString() {
    return path.name();
  }
}
