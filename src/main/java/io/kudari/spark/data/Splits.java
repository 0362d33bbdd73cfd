package io.kudari.spark.data;

import io.kudari.collective.Distribution;
import io.kudari.data.ExampleSource;
import io.kudari.data.order.Division;
import io.kudari.train.DataPlan;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * The splits of a run's sets, which tasks read and give on to the ranks by a shuffle: each is read
 * once, wherever there is a free core.
 */
public final class Splits {

  /** Tasks that read, for each core there is. */
  private static final int TASKS = 3;

  private Splits() {}

  /** How examples are dealt: what each task must know. */
  public interface Dealt extends java.io.Serializable {

    /** Who gets which example. */
    DataPlan data();

    /** Says which file systems there are. */
    Configuration hadoop();

    /** Which rank has which workers. */
    Distribution distribution();

    private List<Division.Part> parts(boolean test) {
      Division division = test ? data().testDivisionOrNull() : data().division();
      return IntStream.range(0, distribution().ranks())
          .mapToObj(r -> division.part(distribution().first(r), distribution().last(r)))
          .toList();
    }
  }

  /** What ranks are given, each in its partition. */
  public static JavaPairRDD<Integer, byte[]> deal(
      JavaSparkContext spark, DataPlan data, int ranks, Broadcast<? extends Dealt> dealt) {
    int splits = data.splits().size() + data.testSplits().size();
    int tasks = Math.min(splits, TASKS * Math.max(1, spark.defaultParallelism()));
    return spark
        .parallelize(IntStream.range(0, splits).boxed().toList(), tasks)
        .flatMapToPair(split -> read(split, dealt.value()))
        .partitionBy(new ByRank(ranks));
  }

  /**
   * Reads on an executor.
   *
   * @param number of the split: those of the test set are behind the others
   */
  private static Iterator<Tuple2<Integer, byte[]>> read(int number, Dealt dealt) {
    DataPlan data = dealt.data();
    boolean test = number >= data.splits().size();
    ExampleSource split =
        test ? data.testSplits().get(number - data.splits().size()) : data.splits().get(number);
    return new BlockStream(
        split.name(),
        test,
        dealt.distribution().ranks(),
        receiver ->
            split.read(dealt.hadoop(), data.dealer(split, test, dealt.parts(test), receiver)));
  }

  /** The rank's number is its partition. */
  private static final class ByRank extends Partitioner {

    private static final long serialVersionUID = 1;

    private final int ranks;

    ByRank(int ranks) {
      this.ranks = ranks;
    }

    @Override
    public int numPartitions() {
      return ranks;
    }

    @Override
    public int getPartition(Object rank) {
      return (Integer) rank;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByRank by && by.ranks == ranks;
    }

    @Override
    public int hashCode() {
      return ranks;
    }
  }
}
