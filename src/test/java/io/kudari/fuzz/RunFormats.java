package io.kudari.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.checkpoint.Checkpoint;
import io.kudari.checkpoint.CheckpointStore;
import io.kudari.checkpoint.Commit;
import io.kudari.checkpoint.Fence;
import io.kudari.checkpoint.Origin;
import io.kudari.data.DataException;
import io.kudari.event.Event;
import io.kudari.event.EventJson;
import io.kudari.event.StepTimes;
import io.kudari.math.Fingerprint;
import io.kudari.math.Slice;
import io.kudari.model.Evaluation;
import io.kudari.model.Figures;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.Shape;
import io.kudari.record.EventLog;
import io.kudari.record.RecordedEvents;
import io.kudari.report.HtmlReport;
import io.kudari.run.RunReader;
import io.kudari.spark.MessageReader;
import io.kudari.state.Scope;
import io.kudari.state.StateWriter;
import io.kudari.state.Tensor;
import io.kudari.train.TrainState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;

/** What a run leaves in its folder, and the messages of its ranks to the driver. */
final class RunFormats {

  private RunFormats() {}

  static List<Format> all(Path folder) throws IOException {
    List<Checkpoint> valid = List.of(checkpoint(12, false), checkpoint(24, true));
    for (Checkpoint each : valid) {
      long unused = store(folder).save(each, Fence.OPEN);
    }
    Map<String, byte[]> files = ModelFormats.files(folder);
    Map<String, byte[]> record =
        Map.of(
            "events.jsonl",
            events(),
            "summary.json",
            ("{\"status\": \"completed\", \"accuracy\": 0.5,"
                    + " \"time\": {\"total\": 3}, \"names\": [1]}")
                .getBytes(UTF_8),
            "config.conf",
            "train { epochs = 3 }".getBytes(UTF_8),
            "model/task.json",
            "{\"classes\": [\"cat\", \"dog\", \"eel\"]}".getBytes(UTF_8));
    return List.of(
        new Format("checkpoints", files, (f, changed) -> checkpoints(f, valid)),
        new Format(
            "checkpoints, forged", files, RunFormats::forge, (f, changed) -> forged(f, valid)),
        new Format("events", Map.of("events.jsonl", events()), RunFormats::recorded),
        new Format("report", record, (f, changed) -> report(f)),
        new Format("status", record, RunFormats::status),
        new Format("messages", MessageReader.valid(), (f, changed) -> MessageReader.read(changed)));
  }

  private static CheckpointStore store(Path folder) throws IOException {
    return new CheckpointStore(
        FileSystem.getLocal(Truth.HADOOP), ModelFormats.path(folder), Commit.RENAME, "fuzz");
  }

  private static Checkpoint checkpoint(long step, boolean best) {
    float[] values = {1, -2, Float.NaN, 4, 0.5f};
    StateWriter writer = new StateWriter(new Slice(0, 5));
    writer.numbers("rates", 0.1, 0.01);
    writer.slices("slots", new float[][] {values, values.clone()});
    if (best) writer.slices("best", new float[][] {values.clone()});
    TrainState state =
        new TrainState(new Slice(0, 5), step, 1, 40, step / 3.0, 1, values, writer.state());
    Origin origin =
        new Origin(
            "train { epochs = 3 }\n",
            "abc",
            new TreeMap<>(Map.of("data.train", "12 examples")),
            new TreeMap<>(Map.of("java", "17", "kudari", "1")));
    return new Checkpoint(state, origin, 1000 + step);
  }

  /** Whichever is found is one that was saved, to the bit. */
  private static void checkpoints(Path folder, List<Checkpoint> valid) throws IOException {
    CheckpointStore.Found found = store(folder).newest();
    lines(found.skipped());
    if (found.checkpoint().isEmpty()) return;
    Checkpoint read = found.checkpoint().get();
    Checkpoint saved = valid.get(read.state().step() == 12 ? 0 : 1);
    assertEquals(text(saved), text(read));
  }

  private static String text(Checkpoint c) {
    TrainState s = c.state();
    StringBuilder text = new StringBuilder();
    text.append(s.step()).append(' ').append(s.epoch()).append(' ').append(s.position());
    text.append(' ').append(s.epochLoss()).append(' ').append(s.rateFactor());
    text.append(Arrays.toString(s.parameters()));
    s.state().numbers().forEach((name, n) -> text.append(name).append(Arrays.toString(n)));
    s.state()
        .tensors()
        .forEach(
            (name, t) -> text.append(name).append(t.scope()).append(Arrays.toString(t.data())));
    return text.append(c.origin()).append(c.eventBytes()).toString();
  }

  private static void lines(List<String> lines) {
    for (String line : lines)
      assertTrue(
          !line.isBlank() && line.chars().noneMatch(Character::isISOControl), "a line: " + line);
  }

  /** Manifests that agree with the files, written as the project writes them. */
  private static Map<String, byte[]> forge(Map<String, byte[]> files) {
    Map<String, byte[]> forged = new TreeMap<>(files);
    for (String name : files.keySet()) {
      if (!name.endsWith("/manifest.json")) continue;
      String folder = name.substring(0, name.length() - "manifest.json".length());
      StringBuilder json = new StringBuilder("{\n  \"format\" : 2,\n  \"files\" : {");
      String between = "";
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        String within = file.getKey();
        if (!within.startsWith(folder) || within.equals(name)) continue;
        json.append(between).append("\n    \"").append(within.substring(folder.length()));
        json.append("\" : {\n      \"bytes\" : ").append(file.getValue().length);
        json.append(",\n      \"sha256\" : \"").append(Fingerprint.sha256(file.getValue()));
        json.append("\"\n    }");
        between = ",";
      }
      forged.put(name, json.append("\n  }\n}\n").toString().getBytes(UTF_8));
    }
    return forged;
  }

  /** What is accepted fits together, and is the same when it is saved and read again. */
  private static void forged(Path folder, List<Checkpoint> valid) throws IOException {
    CheckpointStore.Found found = store(folder).newest();
    lines(found.skipped());
    if (found.checkpoint().isEmpty()) return;
    Checkpoint read = found.checkpoint().get();
    TrainState s = read.state();
    assertTrue(s.step() >= 0 && s.epoch() >= 0 && s.position() >= 0, "a place before the start");
    assertTrue(read.eventBytes() >= 0, "a length below 0");
    for (Tensor t : s.state().tensors().values())
      if (t.scope() == Scope.SLICED) assertEquals(s.parameters().length, t.data().length);
    if (valid.stream().anyMatch(v -> text(v).equals(text(read)))) return;
    long unused = store(folder.resolve("again")).save(read, Fence.OPEN);
    Checkpoint again = store(folder.resolve("again")).newest().checkpoint().orElseThrow();
    assertEquals(text(read), text(again));
  }

  private static byte[] events() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    try (EventLog log = new EventLog(bytes, clock, System::nanoTime)) {
      log.accept(
          new Event.Started("all-reduce", "gradient-sharing", 2, 1, 4, 100, 60, 10, 20, 2, 10));
      for (int step = 1; step <= 10; step++) {
        log.accept(
            new Event.StepDone(
                step, (step - 1) / 5, step, 12, 1.0 / step, 0.1, new StepTimes(1, 2, 3, 4, 5)));
        if (step % 5 == 0) log.accept(new Event.EpochDone(step / 5 - 1, step, 0.5, figures(), 1));
      }
      log.accept(new Event.Saved(10, 0.1, 1000));
      log.accept(new Event.Finished("completed", 10, 2, -1, 3, figures()));
    }
    return bytes.toByteArray();
  }

  private static Figures figures() {
    MiniBatch batch = MiniBatch.labelled(Shape.flat(1), 3);
    float[] outputs = {0.7f, 0.2f, 0.1f, 0.1f, 0.8f, 0.1f, 0.5f, 0.3f, 0.2f};
    for (int i = 0; i < 3; i++) batch.labels[i] = i;
    batch.filled(3, null);
    Evaluation evaluation = Evaluation.ofClasses(Loss.CROSS_ENTROPY, 3);
    evaluation.add(batch, outputs);
    return Figures.of(evaluation);
  }

  /** What is kept ends with a line, and is what is told again. */
  private static void recorded(Path folder, Map<String, byte[]> files) throws IOException {
    byte[] bytes = files.get("events.jsonl");
    org.apache.hadoop.fs.Path file = ModelFormats.path(folder.resolve("events.jsonl"));
    TrainState state = checkpoint(7, false).state();
    RecordedEvents events = RecordedEvents.upTo(state, bytes.length, file, Truth.HADOOP);
    assertTrue(events.kept() >= 0 && events.kept() <= bytes.length, "kept " + events.kept());
    assertTrue(events.kept() == 0 || bytes[(int) events.kept() - 1] == '\n', "half a line");
    List<String> told = new ArrayList<>();
    events.replay(file, Truth.HADOOP, event -> told.add(EventJson.type(event.event())));
    long lines = new String(bytes, 0, (int) events.kept(), UTF_8).lines().count();
    assertTrue(told.size() <= lines, told.size() + " events of " + lines + " lines");
  }

  private static void status(Path folder, Map<String, byte[]> files) throws Exception {
    boolean complete = RunReader.isComplete(folder);
    String summary = new String(files.get("summary.json"), UTF_8);
    assertEquals(complete, summary.contains("\"completed\""));
  }

  private static void report(Path folder) throws IOException {
    try {
      HtmlReport.write(ModelFormats.path(folder), Truth.HADOOP);
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    }
    byte[] page = Files.readAllBytes(folder.resolve("report.html"));
    String text = new String(page, UTF_8);
    assertArrayEquals(page, text.getBytes(UTF_8));
    assertTrue(text.endsWith("</html>") || text.endsWith("</html>\n"), "a whole page");
  }
}
