package io.kudari.data.format;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Local files of scheme {@code vanish} that are gone when opened too often, {@code vanish.after}.
 */
public final class VanishingFiles extends RawLocalFileSystem {

  private static final URI ROOT = URI.create("vanish:///");

  private int left;

  @Override
  public void initialize(URI uri, Configuration hadoop) throws IOException {
    super.initialize(ROOT, hadoop);
    left = hadoop.getInt("vanish.after", 0);
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  public FSDataInputStream open(Path path, int buffer) throws IOException {
    if (left-- == 0) throw new FileNotFoundException("File " + path + " does not exist");
    return super.open(path, buffer);
  }
}
