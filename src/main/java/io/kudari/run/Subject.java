package io.kudari.run;

import io.kudari.checkpoint.SavedModel;
import io.kudari.config.Experiment;
import io.kudari.data.Batches;
import io.kudari.data.ExampleStore;
import io.kudari.data.FeatureStatistics;
import io.kudari.data.Normalizer;
import io.kudari.data.Shards;
import io.kudari.data.SourceReader;
import io.kudari.data.TrainingFeatures;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import io.kudari.train.DataPlan;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/**
 * What an experiment trains: for who looks at its network from code, with any parameters.
 *
 * @param network as its layers say, without anything frozen
 * @param examples its training examples, all of them, in the order of the source
 * @param blank a saved model of it, of start values
 */
public record Subject(NetworkSpec network, MiniBatch examples, SavedModel blank) {

  /** Reads and normalises the training examples. Their features take 4 bytes each. */
  static Subject of(Experiment experiment, Configuration hadoop) throws IOException {
    long seed = experiment.plan().seed();
    DataPlan data = DataPlan.of(experiment.data(), hadoop, 1, seed);
    Shards read = data.dealing(new SourceReader(hadoop)).deal(0, 1);
    ExampleStore examples = read.examples();
    int[] rows = read.training()[0];
    Normalizer normalizer =
        experiment
            .plan()
            .normalization()
            .fit(
                examples.shape(),
                data.schema().encoding(),
                data.offsets(),
                TrainingFeatures.of(examples, rows))
            .with(
                experiment
                    .plan()
                    .normalization()
                    .fitTargets(
                        data.description().targets(),
                        () -> FeatureStatistics.ofTargets(examples, rows)));
    NetworkSpec network = experiment.model().network(examples.shape(), data.outputs());
    SavedModel blank =
        new SavedModel(
            experiment.model().json(),
            network.layout(),
            network.initial(seed),
            normalizer,
            data.schema(),
            data.sampler().workers(),
            network.loss(),
            Version.current());
    return new Subject(network, batch(examples, rows, normalizer, data.outputs()), blank);
  }

  private static MiniBatch batch(
      ExampleStore read, int[] rows, Normalizer normalizer, int outputs) {
    int count = rows.length;
    MiniBatch all =
        read.targets() > 0
            ? MiniBatch.targeted(read.shape(), count, outputs)
            : MiniBatch.labelled(read.shape(), count);
    // Loss and gradient in the same units.
    new Batches(read, normalizer.withoutUnits())
        .fillToLearn(all, rows, 0, count, new MiniBatch.Draw(0, 0, 0));
    return all;
  }

  /** The same model with other parameters. */
  SavedModel saved(float[] parameters) {
    return new SavedModel(
        blank.modelJson(),
        blank.layout(),
        parameters,
        blank.normalizer(),
        blank.schema(),
        blank.workers(),
        blank.loss(),
        blank.version());
  }
}
