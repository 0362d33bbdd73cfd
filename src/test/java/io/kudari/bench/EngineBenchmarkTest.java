package io.kudari.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EngineBenchmarkTest {

  @Test
  void rowHasRatesAndRatiosAndADashWherePyTorchIsLeftOut() {
    Map<String, List<Double>> two = Map.of("program", List.of(2.0), "dl4j", List.of(4.0));
    assertEquals("net 100 50000 25000 – 2.00 –", squeezed(two));
    Map<String, List<Double>> all =
        Map.of("program", List.of(2.0), "dl4j", List.of(4.0), "torch", List.of(5.0));
    assertEquals("net 100 50000 25000 20000 2.00 2.50 (2.50)", squeezed(all));
  }

  private static String squeezed(Map<String, List<Double>> times) {
    return EngineBenchmark.row("net", 100, times).replaceAll(" +", " ");
  }
}
