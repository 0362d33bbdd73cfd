package io.kudari.spark.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.spark.SparkStart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Slow
@Timeout(120)
class ReportJobTest {

  private static final int TASKS = 5;

  /** Which tasks of this process wait for. */
  private static List<CountDownLatch> taken;

  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark = SparkStart.start("reports", "local[" + TASKS + "]", Map.of());
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  private static JavaRDD<Integer> tasks() {
    return spark.parallelize(List.of(0, 1, 2, 3, 4), TASKS);
  }

  /** In the opposite order: the last is taken first. */
  @Test
  void aReportIsTakenBeforeOthersAreThere() {
    taken = new ArrayList<>();
    for (int t = 0; t < TASKS; t++) taken.add(new CountDownLatch(1));
    JavaRDD<byte[]> reports =
        tasks()
            .map(
                task -> {
                  boolean before =
                      task == TASKS - 1 || taken.get(task + 1).await(60, TimeUnit.SECONDS);
                  if (!before) throw new IllegalStateException("nobody took those before");
                  return new byte[] {task.byteValue()};
                });
    List<Integer> order = new ArrayList<>();
    new ReportJob(
            spark,
            reports,
            report -> {
              order.add((int) report[0]);
              taken.get(report[0]).countDown();
            })
        .await(1000, () -> {});
    assertEquals(List.of(4, 3, 2, 1, 0), order);
  }

  @Test
  void ofSeveralThatAreRefusedTheFirstOfTheSetIsTold() {
    JavaRDD<byte[]> reports = tasks().map(task -> new byte[] {task.byteValue()});
    List<Integer> others = new ArrayList<>();
    ReportJob job =
        new ReportJob(
            spark,
            reports,
            report -> {
              if (report[0] % 2 > 0) throw new IllegalArgumentException("task " + report[0]);
              others.add((int) report[0]);
            });
    var e = assertThrows(IllegalArgumentException.class, () -> job.await(1000, () -> {}));
    assertEquals("task 1", e.getMessage());
    assertEquals(3, others.size());
  }

  /** On Spark's own thread it would end the scheduling of the whole application. */
  @Test
  void anErrorOfTheTakerLeavesSparkAtWork() {
    JavaRDD<byte[]> reports = tasks().map(task -> new byte[] {task.byteValue()});
    ReportJob job =
        new ReportJob(
            spark,
            reports,
            report -> {
              throw new OutOfMemoryError("of a test");
            });
    var e = assertThrows(OutOfMemoryError.class, () -> job.await(1000, () -> {}));
    assertEquals("of a test", e.getMessage());
    assertEquals(TASKS, tasks().count());
  }

  /** All reports are there when the first is taken. */
  @Test
  void itIsToldHowFarItIsThoughReportsKeepComing() {
    JavaRDD<byte[]> reports = tasks().map(task -> new byte[] {task.byteValue()});
    AtomicInteger told = new AtomicInteger();
    List<Integer> toldBefore = new ArrayList<>();
    new ReportJob(
            spark,
            reports,
            report -> {
              while (toldBefore.isEmpty() && runsJob()) Thread.onSpinWait();
              toldBefore.add(told.get());
              LockSupport.parkNanos(5_000_000);
            })
        .await(1, told::incrementAndGet);
    assertEquals(TASKS, toldBefore.size());
    for (int i = 1; i < TASKS; i++)
      assertTrue(toldBefore.get(i) > toldBefore.get(i - 1), toldBefore::toString);
  }

  private static boolean runsJob() {
    return spark.statusTracker().getActiveJobIds().length > 0;
  }

  @Test
  void aSetOfNoTasksHasNoReports() {
    JavaRDD<byte[]> none = spark.<byte[]>emptyRDD();
    new ReportJob(
            spark,
            none,
            report -> {
              throw new AssertionError("a report");
            })
        .await(1000, () -> {});
  }

  @Test
  void aTaskThatFailsEndsTheWaitWithWhatSparkSays() {
    JavaRDD<byte[]> failing =
        tasks()
            .map(
                task -> {
                  if (task == 3) throw new IllegalStateException("no disk");
                  return new byte[1];
                });
    ReportJob job = new ReportJob(spark, failing, report -> {});
    var e = assertThrows(SparkException.class, () -> job.await(1000, () -> {}));
    assertTrue(e.getMessage().contains("no disk"), e.getMessage());
  }
}
