package io.kudari.spark.recovery;

import io.kudari.data.SourceReader;
import io.kudari.exchange.GradientExchange;
import io.kudari.model.ModelSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.Dealing;
import io.kudari.train.worker.WorkerData;
import io.kudari.train.worker.WorkerRange;
import java.io.IOException;
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

  /** Loads the examples of the workers [first, last). */
  public WorkerRange open(int first, int last) throws IOException {
    return open(WorkerData.load(dealing(), first, last));
  }

  /** Reads the sources again for whoever wants examples. */
  Dealing dealing() {
    return data.dealing(new SourceReader(hadoop.value()));
  }

  /** Workers whose examples are loaded. */
  WorkerRange open(WorkerData loaded) {
    return new WorkerRange(model, data.sampler(), seed, loaded, exchange);
  }
}
