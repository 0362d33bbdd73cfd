package io.kudari.ml;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Dataset$;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/** Data frames and their plans: another major version of Spark has other types for them. */
final class Plans {

  private Plans() {}

  /** What a frame is computed by. */
  static LogicalPlan of(Dataset<?> frame) {
    return frame.logicalPlan();
  }

  /** The frame that a plan computes, in the session of another one. */
  static Dataset<Row> rows(Dataset<?> of, LogicalPlan plan) {
    return Dataset$.MODULE$.ofRows(of.sparkSession(), plan);
  }
}
