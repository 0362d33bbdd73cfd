package io.kudari.run;

import io.kudari.checkpoint.SavedModel;
import io.kudari.event.Event;
import io.kudari.record.Summary;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Writes {@code summary.json} when the training has ended. */
record SummaryFile(Summary summary, Path file, Configuration hadoop) implements FolderListener {

  @Override
  public void on(Event event) {
    summary.accept(event);
  }

  @Override
  public void finished(SavedModel model) throws IOException {
    summary.write(file, hadoop, model.parameters());
  }

  @Override
  public void failed(Throwable failure) throws IOException {
    summary.write(file, hadoop, failure);
  }
}
