package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.Dealer;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import scala.Tuple2;

/** Gathers what a part of a set has for the ranks into blocks. Not thread-safe. */
final class Blocks implements Dealer.Receiver {

  private final byte kind;
  private final Block[] open;
  private final Consumer<Tuple2<Integer, byte[]>> to;

  /**
   * Nothing yet.
   *
   * @param test whether it is a part of the test set
   * @param to takes blocks with their ranks
   */
  Blocks(boolean test, int ranks, Consumer<Tuple2<Integer, byte[]>> to) {
    this.kind = test ? Block.TEST : Block.TRAIN;
    this.open = new Block[ranks];
    this.to = to;
  }

  @Override
  public void take(int rank, long key, ByteBuffer record) {
    if (open[rank] == null) open[rank] = new Block(kind);
    open[rank].add(key, record);
    if (open[rank].size() >= Block.FULL) close(rank);
  }

  private void close(int rank) {
    to.accept(new Tuple2<>(rank, open[rank].toBytes()));
    open[rank] = null;
  }

  /**
   * The whole part was read.
   *
   * @param keys sum of those of all its examples
   * @param read bytes that were read for it
   */
  void end(long keys, long read) {
    for (int rank = 0; rank < open.length; rank++) {
      if (open[rank] != null) close(rank);
      to.accept(new Tuple2<>(rank, Block.end(kind, keys, read)));
    }
  }

  /** It cannot be read: every rank hears the reason, so that one line ends the run. */
  void refuse(DataException e) {
    for (int rank = 0; rank < open.length; rank++) to.accept(new Tuple2<>(rank, Block.reason(e)));
  }
}
