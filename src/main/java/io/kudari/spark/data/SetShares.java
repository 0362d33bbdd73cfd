package io.kudari.spark.data;

import io.kudari.collective.Distribution;
import io.kudari.data.DataException;
import io.kudari.data.Deal;
import io.kudari.data.Description;
import io.kudari.data.ExampleMemory;
import io.kudari.data.ExampleSource;
import io.kudari.data.Receipt;
import io.kudari.data.Shards;
import io.kudari.data.StoreWriter;
import io.kudari.data.Survey;
import io.kudari.spark.cluster.Parcel;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.cluster.Removals;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/** Deals a set that was described to tasks, each the examples of one worker. */
public final class SetShares {

  private SetShares() {}

  /**
   * What a task makes of its examples.
   *
   * @param <R> which Java can write
   */
  public interface Work<R> extends Serializable {
    R of(Shards shards, int worker) throws IOException;
  }

  /** What a task must know. */
  private record Sharing<R>(
      ExampleSource source,
      Description of,
      Deal deal,
      int together,
      ExampleMemory memory,
      SerializableConfiguration conf,
      Work<R> work)
      implements Splits.Dealt {

    private static final long serialVersionUID = 1;

    @Override
    public Deal deal(boolean test) {
      return deal;
    }

    @Override
    public Configuration hadoop() {
      return conf.value();
    }

    @Override
    public Distribution distribution() {
      return Distribution.even(deal.division().workers(), deal.division().workers());
    }

    Result<R> result(int worker, Iterator<Tuple2<Integer, byte[]>> blocks) {
      try {
        return new Result<>(made(worker, blocks), null);
      } catch (DataException e) {
        return new Result<>(null, e);
      } catch (IOException e) {
        return new Result<>(null, Refusal.of(source.name(), e));
      } catch (OutOfMemoryError e) {
        return new Result<>(null, Refusal.of(source.name(), e));
      }
    }

    private R made(int worker, Iterator<Tuple2<Integer, byte[]>> blocks) throws IOException {
      try (StoreWriter.Room room = Delivery.room(memory, together)) {
        Receipt receipt = new Receipt(of, source, deal, worker, worker + 1, room);
        while (blocks.hasNext()) Block.read(blocks.next()._2(), new Receiving(receipt));
        return work.of(receipt.shards(), worker);
      }
    }
  }

  /** What a task made, or why it made nothing. */
  private record Result<R>(R valueOrNull, DataException refusalOrNull) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /**
   * What tasks make of the examples of all workers.
   *
   * @param found of the set
   * @param memory what the examples of all tasks of a process take of its heap at most
   * @return in the order of the workers
   * @throws DataException when the set is not the one that was described, or cannot be read
   */
  public static <R> List<R> of(
      JavaSparkContext spark,
      ExampleSource source,
      Survey found,
      Deal deal,
      ExampleMemory memory,
      Work<R> work)
      throws IOException {
    int workers = deal.division().workers();
    Sharing<R> sharing =
        new Sharing<>(
            source,
            found.description(),
            deal,
            RankSlots.together(spark, workers),
            memory,
            new SerializableConfiguration(spark.hadoopConfiguration()),
            work);
    try (Removals removals = new Removals()) {
      Broadcast<Parcel<Sharing<R>>> shared = spark.broadcast(Parcel.of(sharing));
      List<JavaPairRDD<Integer, byte[]>> dealt = new ArrayList<>();
      try {
        List<R> made = new ArrayList<>();
        List<Parcel<Result<R>>> results =
            new SetJobs(spark)
                .run(
                    source,
                    "kudari deal",
                    jobs -> {
                      dealt.add(Splits.deal(spark, source, found.splits(), workers, shared));
                      return dealt
                          .get(0)
                          .mapPartitionsWithIndex(
                              (worker, blocks) ->
                                  List.of(
                                          Parcel.of(
                                              shared.value().content().result(worker, blocks)))
                                      .iterator(),
                              false)
                          .collect();
                    });
        for (Parcel<Result<R>> result : results) {
          if (result.content().refusalOrNull != null) throw result.content().refusalOrNull;
          made.add(result.content().valueOrNull);
        }
        return made;
      } finally {
        dealt.forEach(removals::addShuffle);
        removals.add(shared);
      }
    }
  }
}
