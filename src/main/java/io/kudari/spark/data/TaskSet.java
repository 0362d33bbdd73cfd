package io.kudari.spark.data;

import io.kudari.data.Schema;
import io.kudari.spark.cluster.Parcel;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;

/** A set of examples as tasks of Spark read it, each a part of it. */
interface TaskSet {

  /** What each task finds, as {@link Report} has it. */
  JavaRDD<byte[]> describe(Schema schema, long seed);

  /** What each task has for the ranks: {@link Block}s, each with its rank. */
  JavaPairRDD<Integer, byte[]> deal(
      Broadcast<? extends Parcel<? extends Splits.Dealt>> dealt, boolean test);

  /**
   * What a pass makes of it, as {@link Piece} has it, in the set's order.
   *
   * @param whole whether one task reads all, because splits of the set are none
   */
  JavaRDD<byte[]> pass(Broadcast<Parcel<Pass>> pass, boolean whole);
}
