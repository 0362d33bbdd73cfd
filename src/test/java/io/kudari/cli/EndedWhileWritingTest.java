package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What commands leave behind that are ended while they write. */
@Slow
class EndedWhileWritingTest {

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

  @TempDir Path dir;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endAll() {
    started.forEach(Process::destroyForcibly);
  }

  @ParameterizedTest
  @CsvSource({"INT, predictions.csv", "TERM, predictions.csv", "HUP, predictions.parquet"})
  void predictionsThatAreNotCompleteLeaveNothing(String signal, String name) throws Exception {
    BadInputs inputs = new BadInputs(dir);
    inputs.run();
    Path results = Files.createDirectory(dir.resolve("results"));
    Process predict =
        start(
            "predict",
            inputs.path("out"),
            "--input",
            "-",
            "--output",
            results.resolve(name).toString());
    try (OutputStream rows = predict.getOutputStream()) {
      rows.write("x,y\n1,2\n".getBytes(StandardCharsets.UTF_8));
      rows.flush();
      awaitTemporary(results, predict);
      end(signal, predict);
    }
    assertEquals(List.of(), names(results));
  }

  @Test
  void aConversionThatIsNotCompleteLeavesNothing() throws Exception {
    Path config = dir.resolve("digits.conf");
    Files.writeString(config, "data.train { format = digits, examples = 100000, seed = 1 }");
    Path results = Files.createDirectory(dir.resolve("results"));
    Process convert =
        start("data", "convert", config.toString(), results.resolve("digits").toString());
    awaitTemporary(results, convert);
    end("INT", convert);
    assertEquals(List.of(), names(results));
  }

  private Process start(String... arguments) throws Exception {
    Process process =
        new ProcessBuilder(CommandProcess.command(List.of(), List.of(arguments)))
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("said").toFile())
            .start();
    started.add(process);
    return process;
  }

  private void awaitTemporary(Path folder, Process process) throws Exception {
    long end = System.nanoTime() + PATIENCE;
    while (names(folder).isEmpty()) {
      assertTrue(process.isAlive() && System.nanoTime() < end, this::said);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private void end(String signal, Process process) throws Exception {
    assertEquals(0, new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor());
    assertTrue(process.waitFor(20, TimeUnit.SECONDS), "it does not end");
    int number = List.of("HUP", "INT").indexOf(signal) + 1;
    assertEquals(128 + (number == 0 ? 15 : number), process.exitValue(), this::said);
  }

  private String said() {
    try {
      return Files.readString(dir.resolve("said"));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<String> names(Path folder) throws Exception {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
