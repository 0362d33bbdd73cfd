package io.kudari.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class EngineBenchmarkTest {

  @Test
  void rowHasRatesAndRatiosAndADashForAPeerThatIsLeftOut() {
    Map<String, List<Double>> two = Map.of("program", List.of(2.0), "dl4j", List.of(4.0));
    assertEquals("net 100 50000 25000 – – 2.00 – – (dl4j: 2.00)", squeezed(two));
    Map<String, List<Double>> three =
        Map.of(
            "program", List.of(2.0, 2.0, 4.0),
            "torch", List.of(5.0, 4.0, 6.0),
            "libtorch", List.of(2.0, 1.0, 5.0));
    assertEquals(
        "net 100 50000 – 20000 50000 – 2.00 1.00 (torch: 2.50 2.00 1.50)"
            + " (libtorch: 1.00 0.50 1.25)",
        squeezed(three));
  }

  @Test
  void measuresThePeersThatAreWantedAndThere() {
    assertEquals(List.of("dl4j", "libtorch"), measured("--libtorch", "folder"));
    assertEquals(List.of("dl4j", "torch"), measured("3", "--torch", "script", "--libtorch", ""));
    assertEquals(List.of(), measured("--only", "libtorch"));
    assertEquals(
        List.of("libtorch"),
        measured("--torch", "script", "--libtorch", "folder", "--only", "libtorch"));
  }

  @Test
  void refusesUnknownPeersAndNoRounds() {
    assertEquals(
        "--only: no peer jax; there are [dl4j, torch, libtorch]",
        assertThrows(IllegalArgumentException.class, () -> measured("--only", "torch,jax"))
            .getMessage());
    assertEquals(
        "ROUNDS must be at least 1, not 0",
        assertThrows(IllegalArgumentException.class, () -> measured("0")).getMessage());
  }

  private static List<String> measured(String... args) {
    EngineOptions options = new EngineOptions();
    new CommandLine(options).parseArgs(args);
    options.check();
    return EngineBenchmark.PEERS.stream().filter(options::measures).toList();
  }

  private static String squeezed(Map<String, List<Double>> times) {
    return EngineBenchmark.row("net", 100, times).replaceAll(" +", " ");
  }
}
