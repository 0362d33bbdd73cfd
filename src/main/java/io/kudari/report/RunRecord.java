package io.kudari.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.train.OutputFiles;
import io.kudari.train.StepTimes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a run's folder tells about it. A number that is missing or null is NaN. A step that was
 * recorded again, because the run went back to an earlier state, replaces the old one and all
 * behind it.
 */
final class RunRecord {

  /**
   * A step.
   *
   * @param at seconds since the first event
   */
  record Step(long step, int examples, double loss, double rate, StepTimes times, double at) {}

  /**
   * An epoch.
   *
   * @param validation of {@code io.kudari.train.EventJson}, or missing; only the last epoch's has
   *     figures of single classes
   */
  record Epoch(int epoch, long step, double trainLoss, JsonNode validation) {}

  /**
   * What was measured in a step; NaN where it was not determined.
   *
   * @param step how many had been taken, this one included
   */
  record Scalar(long step, double value) {}

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<String> PER_CLASS = List.of("confusion", "precision", "recall", "f1");

  private JsonNode started = MissingNode.getInstance();
  private JsonNode finished = MissingNode.getInstance();
  private final List<Step> steps = new ArrayList<>();
  private final List<Epoch> epochs = new ArrayList<>();
  private final Map<String, List<Scalar>> scalars = new TreeMap<>();
  private final List<JsonNode> saved = new ArrayList<>();
  private final List<JsonNode> unsaved = new ArrayList<>();
  private final List<JsonNode> resumed = new ArrayList<>();
  private final List<JsonNode> others = new ArrayList<>();
  private String began = "";
  private final Map<String, JsonNode> summary = new TreeMap<>();
  private final List<String> classNames = new ArrayList<>();
  private String config = "";
  private int unreadable;
  private Instant beginning;

  /**
   * Reads the folder. Only {@code events.jsonl} must be there; a line that is not a JSON object,
   * such as the half-written last one of a run that was killed, is counted and left out.
   *
   * @throws IOException when a file cannot be read, or {@code summary.json} or {@code
   *     model/task.json} is there and is not JSON
   */
  static RunRecord read(Path folder, Configuration hadoop) throws IOException {
    RunRecord run = new RunRecord();
    FileSystem files = OutputFiles.fileSystem(folder, hadoop);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                files.open(new Path(folder, "events.jsonl")), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) run.line(line);
    }
    run.flatten("", tree(files, new Path(folder, "summary.json")));
    run.config = text(files, new Path(folder, "config.conf"));
    JsonNode task = tree(files, new Path(folder, "model/task.json"));
    task.path("classes").forEach(name -> run.classNames.add(name.asText()));
    return run;
  }

  private static String text(FileSystem files, Path file) throws IOException {
    if (!files.exists(file)) return "";
    try (var in = files.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static JsonNode tree(FileSystem files, Path file) throws IOException {
    try {
      return MAPPER.readTree(text(files, file));
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": is not JSON", e);
    }
  }

  private void flatten(String prefix, JsonNode node) {
    node.fields()
        .forEachRemaining(
            f -> {
              if (f.getValue().isObject()) flatten(prefix + f.getKey() + ".", f.getValue());
              else summary.put(prefix + f.getKey(), f.getValue());
            });
  }

  private void line(String line) {
    JsonNode event;
    try {
      event = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      event = MissingNode.getInstance();
    }
    if (!event.isObject()) {
      unreadable++;
      return;
    }
    switch (event.path("type").asText()) {
      case "started" -> started(event);
      case "saved" -> saved.add(event);
      case "saveFailed" -> unsaved.add(event);
      case "resumed" -> resumed.add(event);
      case "stepDone" -> step(event);
      case "scalar" -> scalar(event);
      case "epochDone" -> epoch(event);
      case "finished" -> finished = event;
      default -> others.add(event);
    }
  }

  /** The first tells when the run began; a later one, who computes the rest. */
  private void started(JsonNode event) {
    if (started.isMissingNode()) began = event.path("time").asText();
    started = event;
  }

  private void step(JsonNode e) {
    long step = e.path("step").asLong();
    while (!steps.isEmpty() && last(steps).step() >= step) steps.remove(steps.size() - 1);
    JsonNode t = e.path("times");
    StepTimes times =
        new StepTimes(
            t.path("compute").asLong(),
            t.path("waiting").asLong(),
            t.path("exchange").asLong(),
            t.path("update").asLong(),
            t.path("input").asLong());
    double rate = number(e, "learningRate");
    steps.add(
        new Step(step, e.path("examples").asInt(), number(e, "loss"), rate, times, seconds(e)));
  }

  private void scalar(JsonNode e) {
    long step = e.path("step").asLong();
    List<Scalar> of = scalars.computeIfAbsent(e.path("tag").asText(), tag -> new ArrayList<>());
    while (!of.isEmpty() && last(of).step() >= step) of.remove(of.size() - 1);
    of.add(new Scalar(step, number(e, "value")));
  }

  private void epoch(JsonNode e) {
    int epoch = e.path("epoch").asInt();
    while (!epochs.isEmpty() && last(epochs).epoch() >= epoch) epochs.remove(epochs.size() - 1);
    if (!epochs.isEmpty() && last(epochs).validation() instanceof ObjectNode old) {
      old.remove(PER_CLASS);
    }
    epochs.add(
        new Epoch(epoch, e.path("step").asLong(), number(e, "trainLoss"), e.path("validation")));
  }

  private double seconds(JsonNode event) {
    try {
      Instant time = Instant.parse(event.path("time").asText());
      if (beginning == null) {
        beginning = began.isEmpty() ? time : Instant.parse(began);
      }
      return Duration.between(beginning, time).toNanos() / 1e9;
    } catch (DateTimeException e) {
      return Double.NaN;
    }
  }

  /** A number, or NaN. */
  static double number(JsonNode object, String key) {
    JsonNode value = object.path(key);
    return value.isNumber() ? value.doubleValue() : Double.NaN;
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  /** When the run began, in ISO 8601, or empty. */
  String began() {
    return began;
  }

  /** Checkpoints that were written, in order. */
  List<JsonNode> saved() {
    return saved;
  }

  /** Checkpoints that could not be written, in order. */
  List<JsonNode> unsaved() {
    return unsaved;
  }

  /** When the run went on after it had ended, in order. */
  List<JsonNode> resumed() {
    return resumed;
  }

  /** The beginning's event, or missing; of a run that was resumed, the last part's. */
  JsonNode started() {
    return started;
  }

  /** The end's event, or missing. */
  JsonNode finished() {
    return finished;
  }

  /** Evaluation of the test set, or missing. */
  JsonNode test() {
    return finished.path("test");
  }

  /** The last epoch's evaluation of the validation set, or missing. */
  JsonNode validation() {
    return epochs.isEmpty() ? MissingNode.getInstance() : last(epochs).validation();
  }

  /** By step, rising. */
  List<Step> steps() {
    return steps;
  }

  /** What was measured under a tag, by step, rising. */
  List<Scalar> scalars(String tag) {
    return scalars.getOrDefault(tag, List.of());
  }

  /** The first step whose loss is NaN or infinite, or −1. */
  long unfitLoss() {
    return steps.stream()
        .filter(s -> Double.isNaN(s.loss()))
        .mapToLong(Step::step)
        .findFirst()
        .orElse(-1);
  }

  /** By number, rising. */
  List<Epoch> epochs() {
    return epochs;
  }

  /** Events of other types, in order. */
  List<JsonNode> others() {
    return others;
  }

  /** Lines of the events that are not JSON objects. */
  int unreadable() {
    return unreadable;
  }

  /** The summary's values by their full names; a nested one's is joined by dots. */
  Map<String, JsonNode> summary() {
    return summary;
  }

  /** A number of the summary, or NaN. */
  double summary(String key) {
    JsonNode value = summary.get(key);
    return value != null && value.isNumber() ? value.doubleValue() : Double.NaN;
  }

  /** The resolved configuration, or empty. */
  String config() {
    return config;
  }

  /** A class's name, or its number when there are no names. */
  String className(int index) {
    return index < classNames.size() ? classNames.get(index) : Integer.toString(index);
  }

  /** Whether targets are numbers, not classes. */
  boolean isRegression() {
    return test().has("mse") || epochs.stream().anyMatch(e -> e.validation().has("mse"));
  }
}
