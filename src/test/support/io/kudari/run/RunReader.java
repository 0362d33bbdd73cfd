package io.kudari.run;

import io.kudari.data.DataException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/** Looks at a run's folder as the commands do that go on with it, for whoever changes its files. */
public final class RunReader {

  private RunReader() {}

  /** Whether a run says that it is complete. */
  public static boolean isComplete(Path folder) throws Exception {
    try {
      return RunFolder.existing(folder.toString(), new Configuration()).isComplete();
    } catch (FolderException e) {
      throw new DataException(e.getMessage(), e);
    }
  }
}
