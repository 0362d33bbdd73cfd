package io.kudari.train.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.exchange.Exchanges;
import io.kudari.optim.OptimizerSpec;
import io.kudari.train.AlgorithmSpec;
import io.kudari.train.MeterSpec;
import io.kudari.train.meter.Meters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the lists of names promise of everything in them. */
class AlgorithmsTest {

  private static final OptimizerSpec SGD = OptimizerSpec.parse(Map.of("name", "sgd"));
  private static final OptimizerSpec L_BFGS = OptimizerSpec.parse(Map.of("name", "l-bfgs"));

  @Test
  void everyAlgorithmIsWhatItsOwnSettingsSay() {
    for (Algorithms.Kind kind : Algorithms.ALL) {
      AlgorithmSpec usual = kind.parse().apply(Map.of());
      assertEquals(kind.name(), usual.name());
      Map<String, Object> section = new HashMap<>(usual.settings());
      section.put("name", usual.name());
      assertEquals(usual, Algorithms.parse(section, SGD));
    }
  }

  @Test
  void withoutANameItIsTheOptimizersUsualOne() {
    assertEquals(new GradientSharing(), Algorithms.parse(Map.of(), SGD));
    assertEquals(new FullBatchDescent(), Algorithms.parse(Map.of(), L_BFGS));
  }

  @Test
  void everyAlgorithmExchangeMeterAndSettingIsDocumented() throws IOException {
    String text = Files.readString(Path.of("docs/configuration.md"));
    for (Algorithms.Kind kind : Algorithms.ALL) {
      assertTrue(text.contains("`" + kind.name() + "`"), kind.name());
      for (String key : kind.parse().apply(Map.of()).settings().keySet())
        assertTrue(text.contains("| `" + key + "` |"), kind.name() + ": " + key);
    }
    for (Exchanges.Kind exchange : Exchanges.ALL)
      assertTrue(text.contains("| `" + exchange.name() + "` |"), exchange.name());
    for (MeterSpec meter : Meters.ALL)
      assertTrue(text.contains("- `" + meter.name() + "`: " + meter.doc()), meter.name());
  }
}
