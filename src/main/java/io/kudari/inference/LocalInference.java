package io.kudari.inference;

import io.kudari.data.ExampleSource;
import io.kudari.data.Offsets;
import io.kudari.data.Shards;
import io.kudari.data.SourceReader;
import io.kudari.data.StoreWriter;
import io.kudari.data.Survey;
import io.kudari.data.order.Division;
import io.kudari.model.MiniBatch;
import io.kudari.model.ScoreCounts;
import io.kudari.run.ExamplePlace;
import io.kudari.train.DataPlan;
import io.kudari.train.Workers;
import io.kudari.train.worker.HeapNeed;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * A model applied to a set in this process, on all cores.
 *
 * @param hadoop how to reach file systems
 * @param place where examples are kept that are evaluated
 * @param notes gets lines for the user, each once
 */
public record LocalInference(
    TrainedModel model,
    ExampleSource source,
    Configuration hadoop,
    ExamplePlace place,
    Consumer<String> notes) {

  /** Examples are kept in the usual place. */
  public LocalInference(
      TrainedModel model, ExampleSource source, Configuration hadoop, Consumer<String> notes) {
    this(model, source, hadoop, ExamplePlace.USUAL, notes);
  }

  /** What is made of a batch, on any thread. */
  public interface Work<T> {

    /**
     * The result.
     *
     * @param first number of the batch's first example
     * @param outputs of the model, overwritten later
     */
    T of(long first, MiniBatch batch, float[] outputs);
  }

  /** Takes the results, on the caller's thread. */
  public interface Taker<T> {
    void take(T result) throws IOException;
  }

  /** What training found on these examples, to the bit. */
  public Workers.Evaluated evaluation() throws IOException {
    int threads = ForwardPass.threads(model.model());
    try (StoreWriter.Room room = place.room()) {
      return evaluation(threads, new SourceReader(hadoop, threads, room));
    }
  }

  private Workers.Evaluated evaluation(int threads, SourceReader reader) throws IOException {
    Survey found = reader.survey(source, model.schema(), DataPlan.TEST_SEED, true);
    found.description().notes().forEach(notes);
    int workers = model.saved().workers();
    Division division = new Division(found.keys(), Division.Rules.whole(workers));
    Offsets offsets = model.saved().normalizer().offsets();
    Shards all = reader.all(source, found, DataPlan.testDeal(model.schema(), offsets, division));
    Evaluator evaluator = new Evaluator(model, found.description().examples());
    ScoreCounts scores = evaluator.scores();
    return evaluator.evaluated(
        source, evaluator.nodes(all, 0, workers, together(found, threads), scores), scores);
  }

  /** Threads for whose batches there is room beside the examples. */
  private int together(Survey found, int threads) {
    long examples = HeapNeed.of(found.description()).examples();
    boolean ofBytes = found.description().bytes();
    return Math.min(threads, ForwardPass.batches(model, ofBytes, examples, place.memory()));
  }

  /**
   * Makes something of each batch and its outputs on any thread, and hands it on in the order of
   * the data, which needs no labels. Batches begin anew with each split of the data.
   *
   * @throws io.kudari.data.DataException when the data breaks its format's rules, does not fit the
   *     model's schema or holds no examples; results of earlier batches have been taken then
   */
  public <T> void predict(Work<T> work, Taker<T> taker) throws IOException {
    new ForwardPass<>(model, work, notes).run(source, hadoop, taker);
  }
}
