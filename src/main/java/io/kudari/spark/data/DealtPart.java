package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.Dealer;
import io.kudari.data.ExampleSink;
import java.util.function.Consumer;
import scala.Tuple2;

/** A part of a set that is dealt to the ranks: its blocks, each with its rank. */
final class DealtPart implements Part {

  private final Splits.Dealt dealt;
  private final boolean test;
  private final Blocks blocks;
  private long keys;

  /**
   * Nothing is read yet.
   *
   * @param test whether it is of the test set
   */
  DealtPart(Splits.Dealt dealt, boolean test, Consumer<Tuple2<Integer, byte[]>> to) {
    this.dealt = dealt;
    this.test = test;
    this.blocks = new Blocks(test, dealt.parts(test).size(), to);
  }

  @Override
  public ExampleSink next(String name, long passed) {
    return new Dealer(name, dealt.deal(test), dealt.parts(test), blocks);
  }

  @Override
  public void end(ExampleSink sink) {
    keys += ((Dealer) sink).keySum();
  }

  @Override
  public void whole(long read) {
    blocks.end(keys, read);
  }

  @Override
  public void refuse(DataException e) {
    blocks.refuse(e);
  }
}
