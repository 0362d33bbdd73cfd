package io.kudari.run;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Files of scheme {@code erring}: whoever looks at one gets the error that it is named after. */
public final class ErringFiles extends RawLocalFileSystem {

  private static final URI ROOT = URI.create("erring:///");

  @Override
  public void initialize(URI uri, Configuration hadoop) throws IOException {
    super.initialize(ROOT, hadoop);
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  public FileStatus getFileStatus(Path path) {
    if (path.getName().equals("memory")) throw new OutOfMemoryError("Java heap space");
    throw new NoClassDefFoundError("org/example/" + path.getName());
  }
}
