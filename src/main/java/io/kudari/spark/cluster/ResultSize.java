package io.kudari.spark.cluster;

import org.apache.spark.SparkConf;

/**
 * Whether what tasks end with can reach the driver. Spark refuses a result that is too large when
 * it is there: for ranks, at the end of the whole run.
 */
public final class ResultSize {

  private static final String RESULTS = "spark.driver.maxResultSize";

  private ResultSize() {}

  /**
   * Checks the settings of an application before its tasks begin.
   *
   * @param parameters of the model
   * @param vectors of so many parameters that the tasks of one job give back, each task one
   * @throws RankSlots.UnsuitableException when a setting forbids it
   */
  public static void check(SparkConf conf, int parameters, int vectors) {
    long one = (long) parameters * Float.BYTES;
    // Without a unit, Spark reads the one as MiB and the other as bytes.
    String buffer = "spark.kryoserializer.buffer.max";
    refuse(buffer, conf.getSizeAsMb(buffer, "2047m") << 20, one, "a result");
    refuse(RESULTS, results(conf), one * vectors, "the results of a job");
  }

  private static long results(SparkConf conf) {
    try {
      return conf.getSizeAsBytes(RESULTS, "0");
    } catch (IllegalArgumentException e) {
      throw new RankSlots.UnsuitableException(
          RESULTS + " must be a size such as 4g, or 0 for any, not '" + conf.get(RESULTS) + "'", e);
    }
  }

  private static void refuse(String key, long most, long bytes, String what) {
    if (most == 0 || bytes <= most) return;
    throw new RankSlots.UnsuitableException(
        what
            + " would have "
            + bytes
            + " bytes, as the model's parameters have, but "
            + key
            + " allows "
            + most);
  }
}
