package io.kudari.run;

import io.kudari.checkpoint.SavedModel;
import io.kudari.config.Experiment;
import io.kudari.data.Batches;
import io.kudari.data.Examples;
import io.kudari.data.FeatureStatistics;
import io.kudari.data.Normalizer;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import io.kudari.train.DataPlan;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
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
    int[] ids = data.sampler().partition(0).clone();
    Arrays.sort(ids);
    Examples read = experiment.data().train().load(hadoop, data.schema(), ids, data.offsets());
    Normalizer normalizer =
        experiment
            .plan()
            .normalization()
            .fit(read.shape(), () -> FeatureStatistics.of(read))
            .with(data.offsets());
    NetworkSpec network = experiment.model().network(read.shape(), data.outputs());
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
    return new Subject(network, batch(read, normalizer, data.outputs()), blank);
  }

  private static MiniBatch batch(Examples read, Normalizer normalizer, int outputs) {
    int count = read.count();
    MiniBatch all =
        read.labels() == null
            ? MiniBatch.targeted(read.shape(), count, outputs)
            : MiniBatch.labelled(read.shape(), count);
    int[] rows = IntStream.range(0, count).toArray();
    new Batches(read, normalizer).fill(all, rows, 0, count, new MiniBatch.Draw(0, 0, 0));
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
