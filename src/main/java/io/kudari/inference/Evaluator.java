package io.kudari.inference;

import io.kudari.collective.TreeSum;
import io.kudari.data.DataException;
import io.kudari.data.ExampleSource;
import io.kudari.data.Sampler;
import io.kudari.data.Shards;
import io.kudari.exchange.Exchanges;
import io.kudari.model.Evaluation;
import io.kudari.model.ScoreCounts;
import io.kudari.train.Subset;
import io.kudari.train.Workers;
import io.kudari.train.worker.WorkerData;
import io.kudari.train.worker.WorkerRange;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Evaluates a model on examples that are dealt to its workers as while it was trained, since an
 * example's outputs may depend on its place in a batch.
 *
 * @param examples of the whole set
 */
record Evaluator(TrainedModel model, int examples) implements Serializable {

  private static final long serialVersionUID = 1;

  int workers() {
    return model.saved().workers();
  }

  /** Of no examples yet. */
  ScoreCounts scores() {
    return model.isClassifier() ? ScoreCounts.of(model.saved().outputs()) : ScoreCounts.NONE;
  }

  /**
   * Evaluates neighbouring workers' examples.
   *
   * @param first worker
   * @param last worker after the last
   * @param threads at most
   * @param scores gets those of the examples
   */
  List<TreeSum.Node<Evaluation>> nodes(
      Shards shards, int first, int last, int threads, ScoreCounts scores) {
    WorkerData.Part part = new WorkerData.Part(shards.examples(), shards.training());
    WorkerData data = new WorkerData(first, last, part, part, part);
    Sampler sampler = new Sampler(0, workers(), examples);
    int count = last - first;
    int used = Math.min(threads, count);
    return IntStream.range(0, used)
        .parallel()
        .mapToObj(t -> data.of(first + count * t / used, first + count * (t + 1) / used))
        .map(own -> nodes(own, sampler, scores))
        .flatMap(List::stream)
        .toList();
  }

  private List<TreeSum.Node<Evaluation>> nodes(
      WorkerData own, Sampler sampler, ScoreCounts scores) {
    try (WorkerRange range = new WorkerRange(model.model(), sampler, 0, own, Exchanges.USUAL)) {
      return range.evaluate(
          model.saved().parameters(), model.saved().normalizer(), Subset.TEST, scores);
    }
  }

  /**
   * What was found on the whole set.
   *
   * @param nodes of all workers, in their order
   * @throws DataException when all examples weigh nothing
   */
  Workers.Evaluated evaluated(
      ExampleSource source, List<TreeSum.Node<Evaluation>> nodes, ScoreCounts scores) {
    TreeSum<Evaluation> sum = new TreeSum<>(workers(), Evaluation::merged);
    nodes.forEach(sum::add);
    Workers.Evaluated evaluated = new Workers.Evaluated(sum.root(), scores);
    if (!evaluated.evaluation().weighsNothing()) return evaluated;
    throw new DataException(
        source.name() + ": all " + examples + " examples have weight 0: they have no loss");
  }
}
