package io.kudari.spark.data;

import io.kudari.collective.Distribution;
import io.kudari.data.DataException;
import io.kudari.data.Dealer;
import io.kudari.data.ExampleSource;
import io.kudari.data.order.Division;
import io.kudari.train.DataPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
  private static Iterator<Tuple2<Integer, byte[]>> read(int number, Dealt dealt)
      throws IOException {
    DataPlan data = dealt.data();
    boolean test = number >= data.splits().size();
    ExampleSource split =
        test ? data.testSplits().get(number - data.splits().size()) : data.splits().get(number);
    Outgoing out = new Outgoing(test, dealt.distribution().ranks());
    try {
      split.read(dealt.hadoop(), data.dealer(split, test, dealt.parts(test), out));
    } catch (DataException e) {
      return IntStream.range(0, dealt.distribution().ranks())
          .mapToObj(rank -> new Tuple2<>(rank, Block.reason(e)))
          .iterator();
    }
    return out.blocks().iterator();
  }

  /** Collects what ranks are given of a split. */
  private static final class Outgoing implements Dealer.Receiver {

    private final byte kind;
    private final Block[] open;
    private final List<Tuple2<Integer, byte[]>> full = new ArrayList<>();

    Outgoing(boolean test, int ranks) {
      kind = test ? Block.TEST : Block.TRAIN;
      open = new Block[ranks];
    }

    @Override
    public void take(int rank, long key, ByteBuffer record) {
      if (open[rank] == null) open[rank] = new Block(kind);
      open[rank].add(key, record);
      if (open[rank].size() >= Block.FULL) close(rank);
    }

    private void close(int rank) {
      full.add(new Tuple2<>(rank, open[rank].toBytes()));
      open[rank] = null;
    }

    List<Tuple2<Integer, byte[]>> blocks() {
      for (int rank = 0; rank < open.length; rank++) if (open[rank] != null) close(rank);
      return full;
    }
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
