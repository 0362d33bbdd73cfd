package io.kudari.ml;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.Dataset$;
import org.apache.spark.sql.classic.SparkSession;

/** Data frames and their plans, of Spark 4. */
@SuppressWarnings("ClassName")
final class Plans {

  private Plans() {}

  /** What a frame is computed by. */
  static LogicalPlan of(Dataset<?> frame) {
    return ((org.apache.spark.sql.classic.Dataset<?>) frame).logicalPlan();
  }

  /** The frame that a plan computes, in the session of another one. */
  static Dataset<Row> rows(Dataset<?> of, LogicalPlan plan) {
    return Dataset$.MODULE$.ofRows((SparkSession) of.sparkSession(), plan);
  }
}
