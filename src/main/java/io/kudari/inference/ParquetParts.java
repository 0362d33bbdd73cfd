package io.kudari.inference;

import io.kudari.data.file.Location;
import io.kudari.data.file.OutputFiles;
import io.kudari.data.file.PartsFolder;
import io.kudari.spark.data.SetPass;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * How tasks write predictions to the files of a folder.
 *
 * @param folder where it is while it is written
 */
record ParquetParts(Predictions table, URI folder, SerializableConfiguration hadoop)
    implements SetPass.Writing {

  private static final long serialVersionUID = 1;

  @Override
  public SetPass.PartWriter open(int part, long attempt) throws IOException {
    FileSystem files = OutputFiles.fileSystem(new Path(folder), hadoop.value());
    Path own = Location.child(new Path(folder), "_" + attempt + "-" + PartsFolder.name(part));
    Path named = Location.child(new Path(folder), PartsFolder.name(part));
    return new Part(files, own, named, new ParquetPredictions(files, own, table));
  }

  /** One attempt at a file. */
  private record Part(FileSystem files, Path own, Path named, ParquetPredictions rows)
      implements SetPass.PartWriter {

    @Override
    public void take(long first, int examples, byte[] content) throws IOException {
      rows.write(first, examples, PredictPass.outputs(content));
    }

    /** Another attempt has the same rows. */
    @Override
    public void commit() throws IOException {
      rows.close();
      if (files.exists(named)) OutputFiles.delete(files, own);
      else OutputFiles.rename(files, own, named);
    }

    @Override
    public void abort() {
      try {
        rows.close();
      } catch (IOException | RuntimeException e) {
        // It is deleted whatever is in it.
      }
      try {
        OutputFiles.delete(files, own);
      } catch (IOException | RuntimeException e) {
        // What is left over is deleted when all parts are there.
      }
    }
  }
}
