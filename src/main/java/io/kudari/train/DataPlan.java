package io.kudari.train;

import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Sampler;
import io.kudari.data.Schema;
import io.kudari.data.Split;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * Which example belongs to which subset and worker: worked out once on the driver, after the
 * sources have been checked.
 *
 * @param sources where the examples come from; all are read with {@link #schema}
 * @param description of the training source
 * @param testDescriptionOrNull of the test source, or null
 * @param sampler deals the training examples to workers
 * @param validation indices of the validation examples in the training source
 * @param test indices of the test examples in the test source
 */
@SuppressWarnings("ArrayRecordComponent")
public record DataPlan(
    Sources sources,
    Description description,
    Description testDescriptionOrNull,
    Sampler sampler,
    int[] validation,
    int[] test)
    implements java.io.Serializable {

  /**
   * Where the examples come from.
   *
   * @param train split into training and validation examples
   * @param testOrNull looked at once at the end, or null
   * @param validation share of the training source to hold out, within [0, 1)
   */
  public record Sources(ExampleSource train, ExampleSource testOrNull, double validation)
      implements java.io.Serializable {

    /** The test source, if there is one. */
    public Optional<ExampleSource> test() {
      return Optional.ofNullable(testOrNull);
    }
  }

  /**
   * Reads and checks the sources, and deals the examples.
   *
   * @throws DataException when a source breaks a rule, when the two do not match, or when there are
   *     too few examples
   */
  public static DataPlan of(Sources sources, Configuration hadoop, int workers, long seed)
      throws IOException {
    Description train = sources.train().describe(hadoop);
    ExampleSource testSource = sources.testOrNull();
    Description test = testSource == null ? null : testSource.describe(hadoop, train.schema());
    Split split = Split.of(train.examples(), sources.validation(), seed);
    if (split.training().length < workers) {
      throw new DataException(
          "train.workers is "
              + workers
              + ", but there are only "
              + split.training().length
              + " training examples: every worker needs at least one");
    }
    int[] all = test == null ? new int[0] : IntStream.range(0, test.examples()).toArray();
    return new DataPlan(
        sources,
        train,
        test,
        new Sampler(seed, workers, split.training()),
        split.validation(),
        all);
  }

  /** What all sets of the run are read with: the training set's. */
  public Schema schema() {
    return description.schema();
  }

  /** Number of outputs a model of this data needs. */
  public int outputs() {
    return schema().outputs();
  }
}
