package io.kudari.spark.data;

import io.kudari.collective.Distribution;
import io.kudari.data.Deal;
import io.kudari.data.ExampleSource;
import io.kudari.data.order.Division;
import io.kudari.spark.cluster.Parcel;
import io.kudari.train.DataPlan;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A run's sets, which tasks read and give on to the ranks by a shuffle: each part of them is read
 * once, wherever there is a free core.
 */
public final class Splits {

  private Splits() {}

  /** How examples are dealt: what each task must know. */
  public interface Dealt extends java.io.Serializable {

    /** How the training set is dealt, or the test set. */
    Deal deal(boolean test);

    /** Says which file systems there are. */
    Configuration hadoop();

    /** Which rank has which workers. */
    Distribution distribution();

    /** What each rank is given of a set. */
    default List<Division.Part> parts(boolean test) {
      Division division = deal(test).division();
      return IntStream.range(0, distribution().ranks())
          .mapToObj(r -> division.part(distribution().first(r), distribution().last(r)))
          .toList();
    }
  }

  /** What ranks are given, each in its partition. */
  public static JavaPairRDD<Integer, byte[]> deal(
      JavaSparkContext spark,
      DataPlan data,
      int ranks,
      Broadcast<? extends Parcel<? extends Dealt>> dealt) {
    JavaPairRDD<Integer, byte[]> train =
        of(spark, data.sources().train(), data.splits()).deal(dealt, false);
    JavaPairRDD<Integer, byte[]> all =
        data.sources()
            .test()
            .map(test -> of(spark, test, data.testSplits()).deal(dealt, true))
            .map(train::union)
            .orElse(train);
    return all.partitionBy(new ByRank(ranks));
  }

  /** What each is given of one set, each in its partition. */
  static JavaPairRDD<Integer, byte[]> deal(
      JavaSparkContext spark,
      ExampleSource source,
      List<ExampleSource> splits,
      int ranks,
      Broadcast<? extends Parcel<? extends Dealt>> dealt) {
    return of(spark, source, splits).deal(dealt, false).partitionBy(new ByRank(ranks));
  }

  /**
   * A set as tasks read it.
   *
   * @param splits of its files
   */
  static TaskSet of(JavaSparkContext spark, ExampleSource source, List<ExampleSource> splits) {
    if (source instanceof FrameSource frame) return frame.set();
    return new FileSet(spark, source, splits);
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
