package io.kudari.data.format;

import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/**
 * Images of a set that follow each other.
 *
 * @param folder number of the first one's folder
 * @param image its number in there
 * @param count how many, of this folder and those behind it; fewer where there are no more
 */
record ImageRun(ImageFolderSource of, int folder, int image, int count) implements ExampleSource {

  private static final long serialVersionUID = 1;

  @Override
  public String name() {
    return of.name();
  }

  @Override
  public void read(Configuration hadoop, ExampleSink into) throws IOException {
    of.read(hadoop, this, into);
  }
}
