package io.kudari.run;

import io.kudari.checkpoint.ModelFolder;
import io.kudari.checkpoint.SavedModel;
import io.kudari.config.Experiment;
import io.kudari.data.DataException;
import io.kudari.math.Layout;
import io.kudari.math.Segment;
import io.kudari.model.ModelSpec;
import io.kudari.train.TrainState;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The start values that {@code train.initial-model} names. */
final class InitialModel {

  private static final String KEY = "train.initial-model = ";

  private InitialModel() {}

  /**
   * The state that an experiment begins with: given parameters, or drawn ones.
   *
   * @throws DataException when the named model cannot be read, or has another layout; one line
   */
  static TrainState state(Experiment experiment, ModelSpec model, Configuration hadoop)
      throws IOException {
    if (experiment.initialModel().isEmpty()) return TrainState.initial(model, experiment.plan());
    String place = experiment.initialModel().get();
    SavedModel saved = ModelFolder.read(folder(place, hadoop), hadoop);
    check(place, saved.layout(), model.layout());
    return TrainState.initial(saved.parameters());
  }

  private static Path folder(String place, Configuration hadoop) throws IOException {
    try {
      return RunFolder.model(place, hadoop).folder();
    } catch (DataException e) {
      throw new DataException(KEY + e.getMessage(), e);
    }
  }

  private static void check(String place, Layout saved, Layout model) {
    for (int i = 0; i < model.segments().size(); i++) {
      Segment expected = model.segments().get(i);
      String found = i < saved.segments().size() ? shown(saved.segments().get(i)) : "no more";
      if (!found.equals(shown(expected)))
        throw new DataException(
            KEY + place + " has " + found + " where the model has " + shown(expected));
    }
    if (saved.segments().size() > model.segments().size())
      throw new DataException(
          KEY
              + place
              + " has "
              + shown(saved.segments().get(model.segments().size()))
              + " where the model has no more");
  }

  private static String shown(Segment s) {
    return s.name() + " " + s.shape();
  }
}
