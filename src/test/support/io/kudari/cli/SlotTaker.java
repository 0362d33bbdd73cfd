package io.kudari.cli;

import io.kudari.spark.cluster.SlotLease;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import sun.misc.Signal;

/**
 * A part of an application that asks for slots before anybody else does, never takes them, and
 * presses Ctrl-C.
 */
public final class SlotTaker implements SparkPlugin {

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Map<String, String> init(SparkContext spark, PluginContext context) {
        SlotLease unused = SlotLease.ask(new JavaSparkContext(spark), 1);
        Signal.raise(new Signal("INT"));
        return Map.of();
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return null;
  }
}
