package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.Slow;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** Spark's thresholds of classes. */
@Slow
@Timeout(300)
class ThresholdsTest {

  private static SparkSession spark;
  private static Dataset<Row> rows;

  @BeforeAll
  static void start() {
    spark = Frames.session();
    rows = Frames.clouds(spark, 60).cache();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static KudariClassifier classifier(double... thresholds) {
    KudariClassifier one = new KudariClassifier().setHiddenLayers(4).setEpochs(1).setBatchSize(30);
    one.setThresholds(thresholds);
    return one.setStrategy("serial");
  }

  private static void refused(String line, Executable what) {
    assertEquals(line, assertThrows(IllegalArgumentException.class, what).getMessage());
  }

  @Test
  void theyAreOneAClass() {
    Vector first = rows.first().getAs("features");
    KudariClassificationModel model = classifier(1, 0, 1).fit(rows);
    assertEquals(rows.count(), model.transform(rows).filter("prediction = 1").count());
    assertEquals(1, model.predict(first));
    for (int wrong : new int[] {1, 2, 4}) {
      double[] some = new double[wrong];
      java.util.Arrays.fill(some, 0.5);
      KudariClassificationModel other = classifier(some).fit(rows);
      String line =
          "thresholds has %s, but there are 3 classes: it has one for each"
              .formatted(wrong == 1 ? "1 value" : wrong + " values");
      refused(line, () -> other.transform(rows));
      refused(line, () -> other.transformSchema(rows.schema()));
      refused(line, () -> other.predict(first));
    }
  }

  @Test
  void theyAreRefusedBeforeTrainingWhereTheMetadataTellsOfTheClasses() {
    NominalAttribute names =
        NominalAttribute.defaultAttr()
            .withName("label")
            .withValues(new String[] {"red", "green", "blue"});
    Dataset<Row> named =
        rows.withColumn("label", functions.col("label").as("label", names.toMetadata()));
    refused(
        "thresholds has 2 values, but there are 3 classes: it has one for each",
        () -> classifier(0.5, 0.5).fit(named));
  }
}
