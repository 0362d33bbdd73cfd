package io.kudari.train.worker;

import io.kudari.collective.TreeSum;
import io.kudari.data.ClassWeights;
import io.kudari.data.DigitCount;
import io.kudari.data.ExampleStore;
import io.kudari.data.FeatureStatistics;
import io.kudari.data.Shards;
import io.kudari.data.SourceReader;
import io.kudari.event.Event;
import io.kudari.train.DataPlan;
import io.kudari.train.Dealing;
import io.kudari.train.Subset;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * The examples of a contiguous range of logical workers, in compact form. Immutable.
 *
 * @param first first worker
 * @param last worker after the last
 * @param classes what they weigh in training
 * @param read bytes that were read to deal them, to whomever
 */
public record WorkerData(
    int first, int last, Part train, Part validation, Part test, ClassWeights classes, long read) {

  /** Where all classes count alike. */
  public WorkerData(int first, int last, Part train, Part validation, Part test) {
    this(first, last, train, validation, test, ClassWeights.NONE, 0);
  }

  /**
   * The range's examples of one subset, read in one pass.
   *
   * @param examples of all workers of the range
   * @param rows which of them each worker has, by worker − first
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Part(ExampleStore examples, int[][] rows) {

    private Part of(int from, int count) {
      return new Part(examples, Arrays.copyOfRange(rows, from, from + count));
    }
  }

  /** Loads what the workers [first, last) need. */
  public static WorkerData load(Dealing dealing, int first, int last) throws IOException {
    Shards own = dealing.deal(first, last);
    Part none = new Part(own.examples(), new int[last - first][0]);
    Optional<Shards> test = dealing.dealTest(first, last);
    return new WorkerData(
        first,
        last,
        new Part(own.examples(), own.training()),
        new Part(own.examples(), own.held()),
        test.map(dealt -> new Part(dealt.examples(), dealt.training())).orElse(none),
        dealing.classWeights(),
        own.read() + test.map(Shards::read).orElse(0L));
  }

  /**
   * What there is to tell of it.
   *
   * @param seconds that it took to load
   */
  public Event.Dealt dealt(double seconds) {
    long spilled = train.examples().spilled();
    if (test.examples() != train.examples()) spilled += test.examples().spilled();
    return new Event.Dealt(seconds, read, spilled);
  }

  /** Keeps all examples that lie in a file there, as {@link ExampleStore#hold}. */
  ExampleStore.Hold hold() {
    List<ExampleStore.Hold> all =
        Stream.of(train, validation, test)
            .map(Part::examples)
            .distinct()
            .map(ExampleStore::hold)
            .toList();
    return () -> all.forEach(ExampleStore.Hold::close);
  }

  /** Reads what the workers [first, last) need from the sources. */
  public static WorkerData load(DataPlan plan, Configuration hadoop, int first, int last)
      throws IOException {
    return load(plan.dealing(new SourceReader(hadoop)), first, last);
  }

  /** What the workers [from, to) of the range need, which share the examples. */
  public WorkerData of(int from, int to) {
    int before = from - first;
    int count = to - from;
    return new WorkerData(
        from,
        to,
        train.of(before, count),
        validation.of(before, count),
        test.of(before, count),
        classes,
        read);
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
    return statistics(workers, FeatureStatistics::of);
  }

  /** Likewise of targets and weights, as {@link FeatureStatistics#ofTargets} has them. */
  public List<TreeSum.Node<FeatureStatistics>> targetStatistics(int workers) {
    return statistics(workers, FeatureStatistics::ofTargets);
  }

  /** Counts digits in cells of the training examples. */
  public long[] count(DigitCount digits) {
    return Arrays.stream(train.rows())
        .map(rows -> digits.of(train.examples(), rows))
        .reduce(digits.none(), DigitCount::add);
  }

  private List<TreeSum.Node<FeatureStatistics>> statistics(
      int workers, BiFunction<ExampleStore, int[], FeatureStatistics> of) {
    TreeSum<FeatureStatistics> sum = new TreeSum<>(workers, FeatureStatistics::merge);
    for (int v = first; v < last; v++)
      sum.add(v, of.apply(train.examples(), train.rows()[v - first]));
    return sum.nodes();
  }
}
