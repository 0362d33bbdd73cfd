package io.kudari.run;

import io.kudari.data.SetReader;
import io.kudari.data.SourceReader;
import io.kudari.spark.SparkStart;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.cluster.SparkFolder;
import io.kudari.spark.data.SparkReader;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** A Spark application that exists already, and goes on when the training has ended. */
record GivenSpark(JavaSparkContext context) implements SparkSource {

  @Override
  public boolean isLocal() {
    return context.isLocal();
  }

  @Override
  public boolean isGiven() {
    return true;
  }

  @Override
  public Path folder() {
    return SparkFolder.of(context);
  }

  @Override
  public Configuration hadoop() {
    return context.hadoopConfiguration();
  }

  @Override
  public Optional<RankSlots> ranks(RankSlots.Asked asked) {
    return RankSlots.foreseen(context.getConf(), asked);
  }

  /** Of a cluster, not all executors may have come. */
  @Override
  public int tasks() {
    int usual = isLocal() ? context.defaultParallelism() : 0;
    return context.getConf().getInt("spark.default.parallelism", usual);
  }

  @Override
  public SetReader reader(SourceReader here) {
    return new SparkReader(context, here, !isLocal());
  }

  @Override
  public Session forTasks() {
    return new Session(context, false);
  }

  @Override
  public Session forRanks(int ranks, int threads) {
    SparkStart.checkForRanks(context);
    return new Session(context, false);
  }
}
