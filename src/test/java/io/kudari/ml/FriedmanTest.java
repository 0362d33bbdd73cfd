package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.config.Experiment;
import io.kudari.math.Fingerprint;
import io.kudari.run.Outcome;
import io.kudari.run.Training;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A regression that comes with the project, by the stage and by the command. */
@Slow
@Timeout(300)
class FriedmanTest {

  private static final String DATA = "conf/data/friedman-%s.csv";

  private static final String COMMAND =
      """
      data {
        train { format = csv, file = "%s", task = regression, label = y }
        test { format = csv, file = "%s", task = regression, label = y }
        validation = 0.1
      }
      model.layers = [
        { type = dense, units = 32, activation = relu }
        { type = dense, units = 32, activation = relu }
        { type = dense }
      ]
      optimizer { name = adam, learning-rate = 0.01 }
      train { epochs = 20, batch = 32, workers = 4, strategy = serial }
      """;

  private static Path file(String part) {
    return Path.of(DATA.formatted(part)).toAbsolutePath();
  }

  private static Outcome byTheCommand() throws Exception {
    String text = COMMAND.formatted(file("train"), file("test"));
    return Training.of(Experiment.parse("test", text, List.of(), new Configuration())).run();
  }

  private static Dataset<Row> rows(SparkSession session, String part) {
    return session
        .read()
        .option("header", true)
        .option("inferSchema", true)
        .csv(file(part).toString());
  }

  @Test
  void theRegressorHasTheParametersOfTheCommandAndItsR2() throws Exception {
    Outcome expected = byTheCommand();
    try (SparkSession session = Frames.session()) {
      KudariRegressor regressor =
          new KudariRegressor()
              .setLabelCol("y")
              .setFeaturesCols("x1", "x2", "x3", "x4", "x5")
              .setHiddenLayers(32, 32)
              .setLearningRate(0.01)
              .setBatchSize(32)
              .setEpochs(20)
              .setRanks(2);
      KudariRegressionModel model = regressor.fit(rows(session, "train").repartition(3));
      assertEquals(Fingerprint.sha256(expected.parameters()), model.summary().parametersSha256());
      RegressionEvaluator evaluator =
          new RegressionEvaluator().setLabelCol("y").setMetricName("r2");
      double found = evaluator.evaluate(model.transform(rows(session, "test")));
      assertTrue(found > 0.8, "R² is " + found);
      assertEquals(expected.test().orElseThrow().score(), found, 1e-6);
    }
  }
}
