package io.kudari.train.worker;

import io.kudari.collective.TreeSum;
import io.kudari.data.ExampleSource;
import io.kudari.data.Examples;
import io.kudari.data.FeatureStatistics;
import io.kudari.train.DataPlan;
import io.kudari.train.Subset;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * The examples of a contiguous range of logical workers, in compact form. Immutable.
 *
 * @param first first worker
 * @param last worker after the last
 */
public record WorkerData(int first, int last, Part train, Part validation, Part test)
    implements java.io.Serializable {

  /**
   * The range's examples of one subset, read in one pass.
   *
   * @param examples of all workers of the range
   * @param rows which of them each worker has, by worker − first
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Part(Examples examples, int[][] rows) implements java.io.Serializable {}

  /** Loads what the workers [first, last) need from the sources. */
  public static WorkerData load(DataPlan plan, Configuration hadoop, int first, int last)
      throws IOException {
    int[][] train =
        IntStream.range(first, last).mapToObj(plan.sampler()::partition).toArray(int[][]::new);
    int[][] validation = shares(plan.validation(), plan.sampler().workers(), first, last);
    int[][] test = shares(plan.test(), plan.sampler().workers(), first, last);
    return new WorkerData(
        first,
        last,
        load(plan, plan.sources().train(), hadoop, train),
        load(plan, plan.sources().train(), hadoop, validation),
        load(plan, plan.sources().test().orElse(plan.sources().train()), hadoop, test));
  }

  /** Position q of the ids belongs to worker q mod workers. */
  private static int[][] shares(int[] ids, int workers, int first, int last) {
    return IntStream.range(first, last)
        .mapToObj(
            v ->
                IntStream.range(0, ids.length)
                    .filter(q -> q % workers == v)
                    .map(q -> ids[q])
                    .toArray())
        .toArray(int[][]::new);
  }

  private static Part load(DataPlan plan, ExampleSource source, Configuration hadoop, int[][] ids)
      throws IOException {
    int[] wanted = Arrays.stream(ids).flatMapToInt(Arrays::stream).sorted().toArray();
    int[][] rows = new int[ids.length][];
    for (int v = 0; v < ids.length; v++) {
      rows[v] = Arrays.stream(ids[v]).map(id -> Arrays.binarySearch(wanted, id)).toArray();
    }
    return new Part(source.load(hadoop, plan.schema(), wanted, plan.offsets()), rows);
  }

  /** The range's examples of a subset. */
  public Part of(Subset subset) {
    return switch (subset) {
      case TRAIN -> train;
      case VALIDATION -> validation;
      case TEST -> test;
    };
  }

  /**
   * Statistics of the training features, as summed subtrees.
   *
   * @param workers of the whole run
   */
  public List<TreeSum.Node<FeatureStatistics>> statistics(int workers) {
    TreeSum<FeatureStatistics> sum = new TreeSum<>(workers, FeatureStatistics::merge);
    for (int v = first; v < last; v++)
      sum.add(v, FeatureStatistics.of(train.examples(), train.rows()[v - first]));
    return sum.nodes();
  }
}
