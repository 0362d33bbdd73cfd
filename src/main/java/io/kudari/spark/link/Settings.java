package io.kudari.spark.link;

import java.util.Arrays;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.ConfigProvider;

/** Spark's settings as its transport asks for them. */
final class Settings extends ConfigProvider {

  private final SparkConf conf;

  Settings(SparkConf conf) {
    this.conf = conf;
  }

  @Override
  public String get(String name) {
    return conf.get(name);
  }

  @Override
  public String get(String name, String preset) {
    return conf.get(name, preset);
  }

  @Override
  public Iterable<Map.Entry<String, String>> getAll() {
    return Arrays.stream(conf.getAll()).map(s -> Map.entry(s._1, s._2)).toList();
  }
}
