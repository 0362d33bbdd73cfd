package io.kudari.spark.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.collective.Distribution;
import io.kudari.collective.Hosts;
import io.kudari.collective.Topology;
import io.kudari.engine.program.ProgramModel;
import io.kudari.exchange.Exchanges;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunSpecTest {

  private static final List<String> TWO_OF_TWO = List.of("a", "a", "b", "b");

  /**
   * Hosts pay from 13,300 parameters on, of 4 bytes both ways: of 3 in the mean, from 17,700 on.
   */
  private static final int PARAMETERS = 15_910;

  @ParameterizedTest
  @CsvSource({
    "dense, 8, true",
    "dense, 6, true",
    // Each may send its gradient before it is complete, of which hosts know nothing.
    "dense, 4, false",
    "fp16, 8, false",
    "bf16, 4, false",
    "sign, 8, false",
    "top-k, 4, false",
    "none, 8, false",
  })
  void ranksGoByHostsWhereWhatTheySumIsEnoughAndNeverForCodes(
      String exchange, int workers, boolean byHosts) {
    RunSpec run = new RunSpec(model(), null, null, 1, Exchanges.parse(Map.of("name", exchange)));
    assertEquals(PARAMETERS, run.model().layout().size());
    Distribution ranks = Distribution.even(workers, 4);
    Optional<Hosts> hosts = Optional.of(Hosts.of(TWO_OF_TWO));
    assertEquals(hosts, run.hosts(Topology.HIERARCHICAL, ranks, TWO_OF_TWO), "if asked");
    assertEquals(Optional.empty(), run.hosts(Topology.MESH, ranks, TWO_OF_TWO));
    Optional<Hosts> expected = byHosts ? hosts : Optional.empty();
    assertEquals(expected, run.hosts(Topology.AUTO, ranks, TWO_OF_TWO));
  }

  private static ModelSpec model() {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    return new ProgramModel(
        new NetworkSpec(
            new Shape(1, 28, 28),
            List.of(
                new LayerSpec.Dense(20, he),
                new LayerSpec.Activate(Activation.RELU),
                new LayerSpec.Dense(10, he),
                new LayerSpec.Activate(Activation.SOFTMAX)),
            Loss.CROSS_ENTROPY));
  }
}
