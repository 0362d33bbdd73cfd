package io.kudari.run;

import io.kudari.spark.cluster.RankSlots;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockManagerId;

/**
 * How many cores the executors of an application can have at once: what those on other machines
 * offer, and of those on this one not more than it has processors.
 */
final class Cores {

  private Cores() {}

  static int of(JavaSparkContext spark) {
    int processors = Runtime.getRuntime().availableProcessors();
    if (spark.isLocal()) return processors;
    int each = RankSlots.ofExecutor(spark) * spark.getConf().getInt("spark.task.cpus", 1);
    BlockManagerId driver = SparkEnv.get().blockManager().blockManagerId();
    int here = 0;
    int elsewhere = 0;
    for (SparkExecutorInfo executor : spark.sc().statusTracker().getExecutorInfos()) {
      if (executor.host().equals(driver.host()) && executor.port() == driver.port()) continue;
      if (isHere(executor.host())) here += each;
      else elsewhere += each;
    }
    return elsewhere + Math.min(here, processors);
  }

  private static boolean isHere(String host) {
    try {
      InetAddress address = InetAddress.getByName(host);
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (IOException e) {
      return false;
    }
  }
}
