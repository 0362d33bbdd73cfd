package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.Task;
import io.kudari.data.digits.DigitsSource;
import io.kudari.data.format.LibSvmSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.train.DataPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BroadcastBlockId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scala.runtime.AbstractFunction1;

/** What the strategy driver leaves in an application that goes on. */
class DriverWorkersTest {

  @Test
  void trainingThatFailsLeavesNothingOfItsOwnInSpark(@TempDir Path folder) throws Exception {
    Path rows = Files.writeString(folder.resolve("rows.svm"), "0 1:1\n1 2:1\n0 1:2\n1 2:2\n");
    var source = new LibSvmSource(rows.toString(), Task.CLASSIFICATION, 0, List.of());
    var data = DataPlan.of(new DataPlan.Sources(source, null, 0), new Configuration(), 2, 1);
    var model = model(data, 2);
    Files.delete(rows);
    try (JavaSparkContext spark = SparkStart.start("test", "local[2]", Map.of())) {
      DriverWorkers workers = new DriverWorkers(spark, model, data, 2, 1, () -> false);
      assertThrows(Exception.class, workers::statistics);
      assertEquals(1, blocks());
      assertThrows(Exception.class, workers::close);
      assertEquals(0, blocks());
    }
  }

  private static ModelSpec model(DataPlan data, int classes) {
    return new ProgramModel(
        new NetworkSpec(
            data.description().shape(),
            List.of(
                new LayerSpec.Dense(classes, Initializer.of(Initializer.Kind.HE_NORMAL)),
                new LayerSpec.Activate(Activation.SOFTMAX)),
            Loss.CROSS_ENTROPY));
  }

  /** Entered by tasks that load examples, which then wait to be interrupted; null: none waits. */
  private static volatile CountDownLatch entered;

  private static volatile String group;

  /** Examples that tasks do not get while {@link #entered} is set. */
  private record Gated(ExampleSource source) implements ExampleSource {
    @Override
    public String name() {
      return source.name();
    }

    @Override
    public void read(Configuration hadoop, ExampleSink into) throws IOException {
      CountDownLatch within = entered;
      if (TaskContext.get() != null && within != null) {
        group = TaskContext.get().getLocalProperty("spark.jobGroup.id");
        within.countDown();
        try {
          TimeUnit.MINUTES.sleep(1);
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      source.read(hadoop, into);
    }
  }

  @Timeout(60)
  @Test
  void aStepThatIsInterruptedLeavesNoJobAndTheThreadKeepsItsGroup() throws Exception {
    var sources = new DataPlan.Sources(new Gated(new DigitsSource(40, 1)), null, 0);
    var data = DataPlan.of(sources, new Configuration(), 2, 1);
    entered = new CountDownLatch(1);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (JavaSparkContext spark = SparkStart.start("test", "local[2]", Map.of());
        var workers = new DriverWorkers(spark, model(data, 10), data, 2, 1, () -> false)) {
      Future<?> statistics =
          thread.submit(
              () -> {
                spark.setJobGroup("mine", "my job");
                return workers.statistics();
              });
      assertTrue(entered.await(30, TimeUnit.SECONDS));
      assertEquals("mine", group);
      assertTrue(statistics.cancel(true));
      while (spark.statusTracker().getActiveJobIds().length > 0) TimeUnit.MILLISECONDS.sleep(10);
      assertEquals(
          "mine",
          thread
              .submit(() -> spark.getLocalProperty("spark.jobGroup.id"))
              .get(20, TimeUnit.SECONDS));
      entered = null;
    } finally {
      entered = null;
      thread.shutdownNow();
    }
  }

  /** Number of blocks of the first broadcast, the run. */
  private static int blocks() {
    return SparkEnv.get()
        .blockManager()
        .getMatchingBlockIds(
            new AbstractFunction1<>() {
              @Override
              public Object apply(BlockId block) {
                return block instanceof BroadcastBlockId b
                    && b.broadcastId() == 0
                    && b.field().isEmpty();
              }
            })
        .size();
  }
}
