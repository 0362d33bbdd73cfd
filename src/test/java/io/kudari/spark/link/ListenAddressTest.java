package io.kudari.spark.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.spark.SparkConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a driver listens for ranks, and where they call it. */
class ListenAddressTest {

  @ParameterizedTest
  @CsvSource({
    "spark://m:7077, 0.0.0.0, 0.0.0.0, outside",
    "spark://m:7077, 10.0.0.2, 10.0.0.2, outside",
    "spark://m:7077, , outside, outside",
    "yarn, 10.0.0.2, 10.0.0.2, outside",
    "local[2], 0.0.0.0, 127.0.0.1, 127.0.0.1",
    "local[2], ::, 127.0.0.1, 127.0.0.1",
    "local[2], 127.0.0.1, 127.0.0.1, 127.0.0.1",
    "local[2], , outside, outside"
  })
  void aDriverBindsAsItIsToldAndInLocalModeNobodyElseCalls(
      String master, String bindOrNull, String bind, String host) {
    SparkConf conf = new SparkConf(false).setMaster(master);
    if (bindOrNull != null) conf.set("spark.driver.bindAddress", bindOrNull);
    assertEquals(new ListenAddress(bind, host), ListenAddress.ofDriver(conf, "outside"));
  }
}
