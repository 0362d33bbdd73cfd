package io.kudari.spark.recovery;

import io.kudari.exchange.GradientExchange;
import io.kudari.model.ModelSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.worker.WorkerData;
import io.kudari.train.worker.WorkerRange;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What an executor must know to open any range of workers: broadcast once a run.
 *
 * @param hadoop the driver's, so that executors see the same file systems
 * @param seed the experiment's
 * @param exchange says what becomes of the workers' vectors
 */
public record RunSpec(
    ModelSpec model,
    DataPlan data,
    SerializableConfiguration hadoop,
    long seed,
    GradientExchange exchange)
    implements java.io.Serializable {

  /** Workers whose examples are loaded. */
  public WorkerRange open(WorkerData loaded) {
    return new WorkerRange(model, data.sampler(), seed, loaded, exchange);
  }
}
