package io.kudari.inference;

import io.kudari.checkpoint.ModelFolder;
import io.kudari.checkpoint.SavedModel;
import io.kudari.data.Schema;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.run.Models;
import io.kudari.train.worker.WorkerRange;
import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A saved model and what computes it.
 *
 * @param saved with which sets are read
 * @param model as it is described there
 */
public record TrainedModel(SavedModel saved, ModelSpec model) implements Serializable {

  private static final long serialVersionUID = 1;

  /** Examples that are computed at once, as while training: an output's last bits depend on it. */
  static final int BATCH = WorkerRange.EVALUATION_BATCH;

  /**
   * Reads a model's folder.
   *
   * @param place what messages call it
   * @throws io.kudari.data.DataException when it is none, or damaged
   */
  public static TrainedModel read(String place, Path folder, Configuration hadoop)
      throws IOException {
    SavedModel saved = ModelFolder.read(folder, hadoop);
    return new TrainedModel(saved, Models.of(place, saved));
  }

  /** What sets are read with. */
  public Schema schema() {
    return saved.schema();
  }

  /** Whether it has classes, rather than target values. */
  public boolean isClassifier() {
    return schema().classes() > 0;
  }

  MiniBatch batch() {
    return isClassifier()
        ? MiniBatch.labelled(saved.input(), BATCH)
        : MiniBatch.targeted(saved.input(), BATCH, saved.outputs());
  }
}
