package io.kudari.inference;

import io.kudari.collective.TreeSum;
import io.kudari.data.ExampleMemory;
import io.kudari.data.ExampleSource;
import io.kudari.data.SourceReader;
import io.kudari.data.Survey;
import io.kudari.data.order.Division;
import io.kudari.model.Evaluation;
import io.kudari.model.ScoreCounts;
import io.kudari.spark.data.SetPass;
import io.kudari.spark.data.SetShares;
import io.kudari.spark.data.SparkReader;
import io.kudari.train.DataPlan;
import io.kudari.train.Workers;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A model applied to a set by tasks of Spark, wherever there is a free core: to files with the bits
 * of {@link LocalInference}.
 *
 * @param memory what examples that are evaluated take of a process's heap at most
 * @param notes gets lines for the user, each once
 */
public record SparkInference(
    JavaSparkContext spark,
    TrainedModel model,
    ExampleSource source,
    ExampleMemory memory,
    Consumer<String> notes) {

  /** Examples take a quarter of a heap. */
  public SparkInference(
      JavaSparkContext spark, TrainedModel model, ExampleSource source, Consumer<String> notes) {
    this(spark, model, source, ExampleMemory.QUARTER, notes);
  }

  /** What was found on the examples of a worker. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Found(List<TreeSum.Node<Evaluation>> nodes, long[][] scores)
      implements Serializable {

    private static final long serialVersionUID = 1;
  }

  /** What training found on these examples, to the bit. The data is read twice. */
  public Workers.Evaluated evaluation() throws IOException {
    Configuration hadoop = spark.hadoopConfiguration();
    SourceReader here = new SourceReader(hadoop);
    Survey found =
        new SparkReader(spark, here, true)
            .survey(source, model.schema(), DataPlan.TEST_SEED, false);
    found.description().notes().forEach(notes);
    Division division = new Division(found.keys(), Division.Rules.whole(model.saved().workers()));
    var deal = DataPlan.testDeal(model.schema(), model.saved().normalizer().offsets(), division);
    Evaluator evaluator = new Evaluator(model, found.description().examples());
    List<Found> all =
        SetShares.of(
            spark,
            source,
            found,
            deal,
            memory,
            (shards, worker) -> {
              ScoreCounts scores = evaluator.scores();
              var nodes = evaluator.nodes(shards, worker, worker + 1, 1, scores);
              return new Found(List.copyOf(nodes), scores.entries());
            });
    ScoreCounts scores = evaluator.scores();
    List<TreeSum.Node<Evaluation>> nodes = new ArrayList<>();
    for (Found part : all) {
      nodes.addAll(part.nodes);
      for (int k = 0; k < part.scores.length; k++) scores.add(k, part.scores[k]);
    }
    return evaluator.evaluated(source, nodes, scores);
  }

  /**
   * The outputs for all examples, in the order of the data, which needs no labels and is read once.
   * Batches begin anew with each split of files, and with each partition of a data frame.
   *
   * @throws io.kudari.data.DataException when the data breaks its format's rules, does not fit the
   *     model's schema or holds no examples
   */
  public SparkPredictions predict() throws IOException {
    SetPass made = SetPass.of(spark, source, spark.hadoopConfiguration(), new PredictPass(model));
    made.notes().forEach(notes);
    return new SparkPredictions(made, Predictions.of(model.saved()), spark);
  }
}
