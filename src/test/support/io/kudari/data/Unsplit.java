package io.kudari.data;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/** A source that is read from its beginning to its end. */
public record Unsplit(ExampleSource of) implements ExampleSource {

  @Override
  public String name() {
    return of.name();
  }

  @Override
  public void read(Configuration hadoop, ExampleSink into) throws IOException {
    of.read(hadoop, into);
  }

  @Override
  public Task task() {
    return of.task();
  }
}
