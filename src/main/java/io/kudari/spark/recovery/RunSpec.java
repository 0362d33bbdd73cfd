package io.kudari.spark.recovery;

import io.kudari.collective.Distribution;
import io.kudari.collective.Hosts;
import io.kudari.collective.Topology;
import io.kudari.exchange.GradientExchange;
import io.kudari.model.ModelSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.worker.WorkerData;
import io.kudari.train.worker.WorkerRange;
import java.util.List;
import java.util.Optional;
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

  /**
   * Those to exchange by, if any: the same for all ranks, which know each other's hosts.
   *
   * @param workers of the ranks
   * @param names of each rank's host, in rank order
   */
  Optional<Hosts> hosts(Topology asked, Distribution workers, List<String> names) {
    double bytes = exchange.summedBytes(model.layout());
    return asked.choose(names, bytes, exchange.sendsEarly(workers));
  }

  /** Workers whose examples are loaded. */
  public WorkerRange open(WorkerData loaded) {
    return new WorkerRange(model, data.sampler(), seed, loaded, exchange);
  }
}
