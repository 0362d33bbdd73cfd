package io.kudari.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.Slow;
import io.kudari.spark.SparkStart;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Between two attempts the application may be ended, such as by its cluster's page. */
@Slow
class ExecutorsTest {

  @Test
  void anApplicationThatSparkHasEndedBetweenAttemptsIsALoss() {
    JavaSparkContext spark = SparkStart.start("test", "local[1]", Map.of());
    Executors executors = new Executors(SlotLease.ask(spark, 1));
    spark.close();
    List<Executable> uses =
        List.of(executors::clear, () -> executors.room(1, 2, () -> false, line -> {}));
    for (Executable use : uses) {
      RankLostException e = assertThrows(RankLostException.class, use);
      assertEquals("a rank was lost: Spark has ended the application", e.getMessage());
    }
  }

  @Test
  void anApplicationThatSparkEndsWhileRoomIsWaitedForIsALoss() {
    JavaSparkContext spark = SparkStart.start("test", "local[1]", Map.of());
    Executors executors = new Executors(SlotLease.ask(spark, 1));
    // It ends with the first line about the wait: there is room for one.
    RankLostException e =
        assertThrows(
            RankLostException.class,
            () -> executors.room(2, 2, () -> false, line -> spark.close()));
    assertEquals("a rank was lost: Spark has ended the application", e.getMessage());
  }
}
