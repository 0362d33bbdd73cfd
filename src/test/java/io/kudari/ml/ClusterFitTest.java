package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.cli.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A session on a real cluster: executors of one core each. */
@Slow
@Timeout(300)
class ClusterFitTest {

  @TempDir private Path dir;

  @Test
  void aFitWhoseExecutorIsKilledGoesOnToTheSameBitsAndItsModelIsApplied() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (TestCluster cluster =
            new TestCluster(Files.createDirectories(dir.resolve("cluster")), 2, Map.of());
        SparkSession spark = session(cluster)) {
      Dataset<Row> rows = Frames.clouds(spark, 150).repartition(3);
      KudariClassifier ranks =
          new KudariClassifier().setHiddenLayers(6).setEpochs(400).setBatchSize(30).setRanks(2);
      Path run = dir.resolve("run");
      ranks.setRunPath(run.toString());
      Future<KudariClassificationModel> fitting = threads.submit(() -> ranks.fit(rows));
      Path events = run.resolve("events.jsonl");
      Boolean begun =
          TestCluster.await(
              () -> TestCluster.read(events).contains("\"epochDone\"") ? true : null, "an epoch");
      assertTrue(begun);
      assertTrue(cluster.executors().get(0).destroyForcibly());
      KudariClassificationModel model = fitting.get(240, TimeUnit.SECONDS);
      assertTrue(model.summary().recoveries() > 0, "the killed executor had a rank");

      KudariClassifier serial =
          ranks.copy(ParamMap.empty()).setStrategy("serial").setRanks(0).setRunPath("");
      KudariClassificationModel expected = serial.fit(rows);
      assertEquals(expected.summary().parametersSha256(), model.summary().parametersSha256());
      assertEquals(predictions(expected, rows), predictions(model, rows));
    } finally {
      threads.shutdownNow();
    }
  }

  private static SparkSession session(TestCluster cluster) {
    return Frames.session(
        "spark.master",
        cluster.url,
        "spark.executor.memory",
        "600m",
        "spark.executor.extraClassPath",
        TestCluster.classes());
  }

  private static List<Row> predictions(KudariClassificationModel model, Dataset<Row> rows) {
    return model.transform(rows).select("id", "prediction").orderBy("id").collectAsList();
  }
}
