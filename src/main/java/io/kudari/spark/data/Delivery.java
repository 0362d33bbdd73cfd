package io.kudari.spark.data;

import io.kudari.data.ClassWeights;
import io.kudari.data.ExampleMemory;
import io.kudari.data.Receipt;
import io.kudari.data.Shards;
import io.kudari.data.StoreWriter;
import io.kudari.spark.cluster.SparkFolder;
import io.kudari.train.DataPlan;
import io.kudari.train.Dealing;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import scala.Tuple2;

/**
 * What Spark brings to a rank. It can be taken once: the shards of all of the rank's workers first,
 * then those of the test set. When it is closed, what lies in files is gone as soon as nobody holds
 * it.
 */
public final class Delivery implements Dealing, AutoCloseable {

  private final DataPlan data;
  private final Iterator<Tuple2<Integer, byte[]>> blocks;
  private final StoreWriter.Room room;
  private Optional<Receipt> test = Optional.empty();

  /**
   * Not taken yet.
   *
   * @param blocks of the rank
   * @param together how many ranks have a share of this process's memory
   */
  public Delivery(DataPlan data, Iterator<Tuple2<Integer, byte[]>> blocks, int together) {
    this.data = data;
    this.blocks = blocks;
    this.room = room(data.sources().rules().memory(), together);
  }

  /** On the heap what may be there, then Spark's folder on a local disk. */
  static StoreWriter.Room room(ExampleMemory memory, int together) {
    long heap = memory.of(Runtime.getRuntime().maxMemory()) / Math.max(1, together);
    return new StoreWriter.Room(heap, SparkFolder.here());
  }

  @Override
  public Shards deal(int first, int last) throws IOException {
    Receipt train = data.receipt(first, last, room);
    test = data.testReceipt(first, last, room);
    Receiving into = new Receiving(train, test.orElse(null));
    while (blocks.hasNext()) Block.read(blocks.next()._2(), into);
    return train.shards();
  }

  @Override
  public ClassWeights classWeights() {
    return data.classWeights();
  }

  @Override
  public Optional<Shards> dealTest(int first, int last) {
    return test.map(Receipt::shards);
  }

  @Override
  public void close() {
    room.close();
  }
}
