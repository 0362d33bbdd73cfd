package io.kudari.spark.data;

import io.kudari.data.Schema;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;

/** A set of examples as tasks of Spark read it, each a part of it. */
interface TaskSet {

  /** What each task finds, as {@link Report} has it. */
  JavaRDD<byte[]> describe(Schema schema, long seed);

  /** What each task has for the ranks: {@link Block}s, each with its rank. */
  JavaPairRDD<Integer, byte[]> deal(Broadcast<? extends Splits.Dealt> dealt, boolean test);
}
