package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.data.Task;
import io.kudari.data.format.LibSvmSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.NetworkSpec;
import io.kudari.train.DataPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BroadcastBlockId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.runtime.AbstractFunction1;

/** What the strategy driver leaves in an application that goes on. */
class DriverWorkersTest {

  @Test
  void trainingThatFailsLeavesNothingOfItsOwnInSpark(@TempDir Path folder) throws Exception {
    Path rows = Files.writeString(folder.resolve("rows.svm"), "0 1:1\n1 2:1\n0 1:2\n1 2:2\n");
    var source = new LibSvmSource(rows.toString(), Task.CLASSIFICATION, 0, List.of());
    var data = DataPlan.of(new DataPlan.Sources(source, null, 0), new Configuration(), 2, 1);
    var model =
        new ProgramModel(
            new NetworkSpec(
                data.description().shape(),
                List.of(
                    new LayerSpec.Dense(2, Initializer.of(Initializer.Kind.HE_NORMAL)),
                    new LayerSpec.Activate(Activation.SOFTMAX)),
                Loss.CROSS_ENTROPY));
    Files.delete(rows);
    try (JavaSparkContext spark = SparkStart.start("test", "local[2]", Map.of())) {
      DriverWorkers workers = new DriverWorkers(spark, model, data, 2, 1, () -> false);
      assertThrows(Exception.class, workers::statistics);
      assertEquals(1, blocks());
      assertThrows(Exception.class, workers::close);
      assertEquals(0, blocks());
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
