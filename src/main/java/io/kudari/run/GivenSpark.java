package io.kudari.run;

import io.kudari.spark.SparkStart;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** A Spark application that exists already, and goes on when the training has ended. */
record GivenSpark(JavaSparkContext context) implements SparkSource {

  @Override
  public boolean isLocal() {
    return context.isLocal();
  }

  @Override
  public Configuration hadoop() {
    return context.hadoopConfiguration();
  }

  @Override
  public Session forTasks() {
    return new Session(context, false);
  }

  @Override
  public Session forRanks(int ranks) {
    SparkStart.checkForRanks(context);
    return new Session(context, false);
  }
}
