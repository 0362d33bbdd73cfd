package io.kudari.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ContenderTest {

  private static final TrainingCase CASE = new TrainingCase("lenet", 128, 2);

  @TempDir Path folder;

  @Test
  void libtorchTrainsTheGlobalBatchAndOneWorkersTwice() {
    List<Contender> found = contenders("--libtorch", "libraries", "--only", "libtorch");
    assertEquals(
        List.of("libtorch 1 thread", "libtorch 2 threads", "libtorch 2 independent"),
        found.stream().map(Contender::name).toList());
    List<String> one = List.of("lenet", "128", "2", "20.0", "3.0", "libraries", "1");
    List<String> two = List.of("lenet", "128", "2", "20.0", "3.0", "libraries", "2");
    List<String> alone = List.of("lenet", "128", "1", "20.0", "3.0", "libraries", "1");
    assertEquals(List.of(one), arguments(found.get(0)));
    assertEquals(List.of(two), arguments(found.get(1)));
    assertEquals(List.of(alone, alone), arguments(found.get(2)));
  }

  @Test
  void peersThatAreNotThereAreLeftOut() {
    assertEquals(List.of(), contenders("--only", "libtorch,pytorch"));
  }

  @Test
  void libtorchsProductsAreHelpedWhereTheHelpWasBuilt() throws Exception {
    Path help = folder.resolve("libmklintel.so");
    assertEquals("2000000000", Contender.libtorch(folder.toString()).get("MALLOC_TRIM_THRESHOLD_"));
    assertEquals(Map.of(), preloaded());
    Files.createFile(help);
    assertEquals(Map.of("LD_PRELOAD", help.toString()), preloaded());
  }

  private Map<String, String> preloaded() {
    Map<String, String> environment = Contender.libtorch(folder.toString());
    environment.keySet().removeIf(name -> name.startsWith("MALLOC_"));
    return environment;
  }

  private static List<Contender> contenders(String... args) {
    BenchOptions options = new BenchOptions();
    new CommandLine(options).parseArgs(args);
    return Contender.all(CASE, options);
  }

  /** What follows the main class, of each process. */
  private static List<List<String>> arguments(Contender contender) {
    return contender.commands().stream()
        .map(command -> command.subList(command.size() - 7, command.size()))
        .toList();
  }
}
