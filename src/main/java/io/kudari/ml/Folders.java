package io.kudari.ml;

import io.kudari.run.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/** Models that runs have left. */
final class Folders {

  private Folders() {}

  /** The model in the folder of a run, or in one of its own. */
  static TrainedNetwork network(String location) {
    Configuration hadoop = hadoop();
    try {
      return TrainedNetwork.read(RunFolder.model(location, hadoop).folder(), hadoop);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** That of the session, if there is one. */
  private static Configuration hadoop() {
    Option<SparkSession> session = SparkSession.getActiveSession();
    if (session.isEmpty()) session = SparkSession.getDefaultSession();
    return session.isEmpty()
        ? new Configuration()
        : session.get().sparkContext().hadoopConfiguration();
  }
}
