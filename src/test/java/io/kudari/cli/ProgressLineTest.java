package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.model.Figures;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressLineTest {

  private static final long SECOND = 1_000_000_000;
  private static final long PAUSE = 5 * SECOND;
  private static final String CLEAR = "\u001b[K";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long now;

  @Test
  void withoutATerminalThereIsALineEveryFiveSecondsAndOneAnEpoch() {
    ProgressLine progress = open(false);
    for (int step = 1; step <= 12; step++) step(progress, step);
    progress.on(new Event.EpochDone(0, 12, 0.25, null, 12));
    List<String> lines = shown().lines().toList();
    assertEquals(3, lines.size());
    assertEquals("epoch 1/2  step 5/100  loss 0.5000  1:35 min left  100 examples/s", lines.get(0));
    assertTrue(lines.get(1).contains("step 10/100"), lines.get(1));
    assertEquals("epoch 1/2  loss 0.2500  12.0 s  100 examples/s", lines.get(2));
    assertFalse(shown().contains("\r"));
  }

  @Test
  void aLongReadingSaysHowFarItIs() {
    ProgressLine progress = open(false);
    for (int part = 1; part <= 12; part++) {
      now += SECOND;
      progress.reading(
          new Event.Reading(part > 6, part, 20, 1000L * part, 2_000_000L * part, 9 + part));
    }
    now += PAUSE;
    progress.reading(new Event.Reading(true, 5, 10, -1, -1, 15));
    now += PAUSE;
    progress.reading(new Event.Reading(true, 1, 10, 10, 10, 0.5));
    assertEquals(
        List.of(
            "describing data 25%  42 s left  5000 examples  357 examples/s  10.0 MB",
            "dealing data 50%  19 s left  10000 examples  526 examples/s  20.0 MB",
            "dealing data 50%  15 s left"),
        shown().lines().toList());
  }

  @Test
  void aTerminalKeepsOneLineAnEpoch() {
    ProgressLine progress = open(true);
    for (int step = 1; step <= 3; step++) step(progress, step);
    assertFalse(shown().contains("\n"));
    progress.on(new Event.EpochDone(0, 3, 0.25, null, 3));
    assertEquals(1, shown().chars().filter(c -> c == '\n').count());
    String[] states = shown().stripTrailing().split("\r");
    assertEquals(5, states.length);
    assertTrue(states[1].startsWith("epoch 1/2  step 1/100"), states[1]);
    assertTrue(states[4].startsWith("epoch 1/2  loss 0.2500"), states[4]);
  }

  @Test
  void aShorterLineLeavesNothingOfTheLongerOneBehind() {
    ProgressLine progress = open(true);
    step(progress, 1);
    progress.on(new Event.EpochDone(0, 1, 0.25, null, 1));
    for (String state : shown().stripTrailing().substring(1).split("\r"))
      assertTrue(state.endsWith(CLEAR), state);
  }

  /** Through a pseudo terminal, as {@link Shown} writes it. */
  @ParameterizedTest
  @ValueSource(ints = {40, 80, 120})
  void noLineIsWiderThanTheTerminal(int columns, @TempDir Path folder) throws Exception {
    String java = System.getProperty("java.home") + "/bin/java";
    String shown =
        "stty rows 24 cols " + columns + "; exec " + java + " '" + Shown.class.getName() + "'";
    Map<String, String> environment =
        Map.of("TERM", "xterm", "CLASSPATH", System.getProperty("java.class.path"));
    CommandProcess process =
        CommandProcess.run(folder, environment, List.of("script", "-qec", shown, "/dev/null"));
    assertEquals(0, process.code(), process.said());
    int widest = 0;
    for (String state : process.said().split("[\r\n]+"))
      widest = Math.max(widest, state.replace(CLEAR, "").length());
    assertTrue(widest < columns, widest + " characters: " + process.said());
    assertTrue(widest > columns / 2, widest + " characters: " + process.said());
    assertTrue(process.said().contains("epoch 10/10  step 9000/9000"), process.said());
  }

  /** Shows a run's lines on the process's terminal. */
  static final class Shown {

    private Shown() {}

    public static void main(String[] arguments) {
      ProgressLine progress = ProgressLine.ofTerminal();
      progress.on(
          new Event.Started("serial", "gradient-sharing", 1, 1, 1, 10, 1000, 0, 0, 10, 9000));
      Figures found =
          new Figures.OfClasses(
              1000,
              0.1702,
              0.9525,
              new double[] {0.9525},
              new double[2],
              new double[2],
              new double[2],
              new long[2][2],
              null);
      StepTimes times = new StepTimes(1000, 0, 0, 0, 0);
      for (int epoch = 8; epoch < 10; epoch++) {
        noise(progress, 2400, 1912, 3095);
        progress.on(new Event.EpochDone(epoch, 900L * epoch, 0.25, found, 1));
        long shown = System.nanoTime();
        while (System.nanoTime() - shown < SECOND / 4) Thread.onSpinWait();
        int step = 900 * (epoch + 1);
        progress.on(new Event.StepDone(step, epoch, 100 * step, 100, 0.15, 0.1, times));
      }
      progress.breakLine();
    }
  }

  @Test
  void theTableSaysHowItEndedAndWhereTheResultsAre() {
    ProgressLine progress = open(false);
    step(progress, 1);
    progress.on(new Event.Finished("stopped early", 1, 1, 0, 2.5, null));
    progress.end("out/x");
    String table = shown();
    assertTrue(table.contains("ended       stopped early, 1 step, 1 epoch"), table);
    assertTrue(table.contains("parameters  of epoch 1"), table);
    assertTrue(table.contains("time        2.5 s, 100 examples/s"), table);
    assertTrue(table.contains("compute 50%, wait 0%, exchange 25%, update 0%, input 25%"), table);
    assertTrue(table.contains("results     out/x"), table);
  }

  @Test
  void theNoiseScaleIsShownWhereSomethingIsKnownOfIt() {
    ProgressLine progress = open(false);
    noise(progress, Double.NaN, 0, Double.POSITIVE_INFINITY);
    for (int step = 1; step <= 5; step++) step(progress, step);
    noise(progress, Double.NaN, 2099.5, Double.POSITIVE_INFINITY);
    for (int step = 6; step <= 10; step++) step(progress, step);
    noise(progress, 2400, 1912, 3095);
    for (int step = 11; step <= 15; step++) step(progress, step);
    List<String> lines = shown().lines().toList();
    assertFalse(lines.get(0).contains("noise"), lines.get(0));
    assertTrue(lines.get(1).endsWith("  100 examples/s  noise scale ≥ 2,100"), lines.get(1));
    assertTrue(lines.get(2).endsWith("  noise scale 2,400"), lines.get(2));
    progress.on(new Event.Finished("completed", 15, 1, -1, 2.5, null));
    progress.end("out/x");
    String row = "noise scale 2,400 (1,900–3,100), 4% of a batch of 100 redundant";
    assertTrue(shown().contains(row), shown());
  }

  private static void noise(ProgressLine progress, double value, double low, double high) {
    progress.on(new Event.Scalar("noise-scale", 1, value));
    progress.on(new Event.Scalar("noise-scale.low", 1, low));
    progress.on(new Event.Scalar("noise-scale.high", 1, high));
  }

  private ProgressLine open(boolean terminal) {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    ProgressLine progress = new ProgressLine(out, terminal, () -> now, () -> 200);
    progress.on(new Event.Started("serial", "gradient-sharing", 1, 1, 1, 10, 1000, 0, 0, 2, 100));
    return progress;
  }

  /** A step of a second and 100 examples. */
  private void step(ProgressLine progress, int step) {
    now += SECOND;
    StepTimes times = new StepTimes(SECOND / 2, 0, SECOND / 4, 0, SECOND / 4);
    progress.on(new Event.StepDone(step, 0, 100 * step, 100, 0.5, 0.1, times));
  }

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
