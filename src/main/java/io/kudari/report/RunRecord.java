package io.kudari.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.data.file.OutputFiles;
import io.kudari.event.Event;
import io.kudari.event.EventJson;
import io.kudari.event.StepTimes;
import io.kudari.model.Figures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
   * An event of a kind that has no place of its own on the page.
   *
   * @param line as it was recorded
   */
  record Other(Event event, String line) {}

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Optional<Event.Started> started = Optional.empty();
  private Optional<Event.Finished> finished = Optional.empty();
  private final List<Step> steps = new ArrayList<>();
  private final List<Event.EpochDone> epochs = new ArrayList<>();
  private final Map<String, List<Event.Scalar>> scalars = new LinkedHashMap<>();
  private final List<Event.Saved> saved = new ArrayList<>();
  private final List<Event.SaveFailed> unsaved = new ArrayList<>();
  private final List<Event.Resumed> resumed = new ArrayList<>();
  private final Map<String, List<Event.Evaluated>> evaluated = new TreeMap<>();
  private final List<Other> others = new ArrayList<>();
  private Optional<Instant> began = Optional.empty();
  private Optional<Instant> told = Optional.empty();
  private final Map<String, JsonNode> summary = new TreeMap<>();
  private final List<String> classNames = new ArrayList<>();
  private String config = "";
  private int unreadable;

  /** Whether the last line is no event. */
  private boolean cut;

  private final boolean running;

  /** Whether a step stands for several. */
  private final boolean thinned;

  private RunRecord(boolean running, boolean thinned) {
    this.running = running;
    this.thinned = thinned;
  }

  /**
   * Reads the folder. Only {@code events.jsonl} must be there; a line that is no event, such as the
   * half-written last one of a run that was killed, is counted and left out.
   *
   * @param running whether the run goes on
   * @throws IOException when a file cannot be read, or {@code summary.json} or {@code
   *     model/task.json} is there and is not JSON
   */
  static RunRecord read(Path folder, Configuration hadoop, boolean running) throws IOException {
    RunRecord run = new RunRecord(running, false);
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

  /**
   * What lines of events alone tell, of whose steps one stands for several.
   *
   * @param running whether the run goes on
   */
  static RunRecord of(List<String> lines, boolean running) {
    RunRecord run = new RunRecord(running, true);
    lines.forEach(run::line);
    return run;
  }

  /** Whether it goes on: its last line may be half there then. */
  boolean isRunning() {
    return running;
  }

  /** Whether a step is the mean of several. */
  boolean isThinned() {
    return thinned;
  }

  /** When the last event was told. */
  Optional<Instant> told() {
    return told;
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
    Optional<EventJson.Recorded> read = EventJson.read(line);
    cut = read.isEmpty();
    if (cut) {
      unreadable++;
      return;
    }
    Event event = read.get().event();
    if (began.isEmpty()) began = read.get().time();
    told = read.get().time();
    if (event instanceof Event.Started e) started = Optional.of(e);
    else if (event instanceof Event.Finished e) finished = Optional.of(e);
    else if (event instanceof Event.StepDone e) step(e, seconds(read.get().time()));
    else if (event instanceof Event.Scalar e) scalar(e);
    else if (event instanceof Event.EpochDone e) epoch(e);
    else if (event instanceof Event.Evaluated e) evaluated(e);
    else if (event instanceof Event.Saved e) saved.add(e);
    else if (event instanceof Event.SaveFailed e) unsaved.add(e);
    else if (event instanceof Event.Resumed e) resumed.add(e);
    else others.add(new Other(event, line));
  }

  private void step(Event.StepDone e, double at) {
    while (!steps.isEmpty() && last(steps).step() >= e.step()) steps.remove(steps.size() - 1);
    steps.add(new Step(e.step(), e.examples(), e.loss(), e.learningRate(), e.times(), at));
  }

  private void epoch(Event.EpochDone e) {
    while (!epochs.isEmpty() && last(epochs).epoch() >= e.epoch()) epochs.remove(epochs.size() - 1);
    int before = epochs.size() - 1;
    if (before >= 0) epochs.set(before, withoutClasses(epochs.get(before)));
    epochs.add(e);
  }

  private void scalar(Event.Scalar e) {
    List<Event.Scalar> of = scalars.computeIfAbsent(e.tag(), tag -> new ArrayList<>());
    while (!of.isEmpty() && last(of).step() >= e.step()) of.remove(of.size() - 1);
    of.add(e);
  }

  private void evaluated(Event.Evaluated e) {
    List<Event.Evaluated> of = evaluated.computeIfAbsent(e.subset(), s -> new ArrayList<>());
    while (!of.isEmpty() && last(of).step() >= e.step()) of.remove(of.size() - 1);
    of.add(e);
  }

  /** Only the last epoch's figures of single classes are shown. */
  private static Event.EpochDone withoutClasses(Event.EpochDone e) {
    if (!(e.validation() instanceof Figures.OfClasses found)) return e;
    return new Event.EpochDone(
        e.epoch(), e.step(), e.trainLoss(), found.withoutClasses(), e.seconds());
  }

  private double seconds(Optional<Instant> time) {
    if (time.isEmpty() || began.isEmpty()) return Double.NaN;
    return Duration.between(began.get(), time.get()).toNanos() / 1e9;
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  /** When the first event was told. */
  Optional<Instant> began() {
    return began;
  }

  /** Checkpoints that were written, in order. */
  List<Event.Saved> saved() {
    return saved;
  }

  /** Checkpoints that could not be written, in order. */
  List<Event.SaveFailed> unsaved() {
    return unsaved;
  }

  /** When the run went on after it had ended, in order. */
  List<Event.Resumed> resumed() {
    return resumed;
  }

  /** The beginning; of a run that was resumed, the last part's. */
  Optional<Event.Started> started() {
    return started;
  }

  /** The end, if it was told. */
  Optional<Event.Finished> finished() {
    return finished;
  }

  /** Of the test set. */
  Optional<Figures> test() {
    return finished.map(Event.Finished::test);
  }

  /** Of the validation set after the last epoch. */
  Optional<Figures> validation() {
    return epochs.isEmpty() ? Optional.empty() : Optional.ofNullable(last(epochs).validation());
  }

  /** By step, rising. */
  List<Step> steps() {
    return steps;
  }

  /** Evaluations of a subset besides those at the ends of epochs, by step, rising. */
  List<Event.Evaluated> evaluated(String subset) {
    return evaluated.getOrDefault(subset, List.of());
  }

  /** Under which something was measured, in the order in which they were first told. */
  Set<String> scalarTags() {
    return Collections.unmodifiableSet(scalars.keySet());
  }

  /** What was measured under a tag, by step, rising. */
  List<Event.Scalar> scalars(String tag) {
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
  List<Event.EpochDone> epochs() {
    return epochs;
  }

  /** Events of other types, in order. */
  List<Other> others() {
    return others;
  }

  /** Lines of the events that are none; of a run that goes on, but for the last. */
  int unreadable() {
    return unreadable - (running && cut ? 1 : 0);
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
    return test().stream().anyMatch(RunRecord::isOfTargets)
        || epochs.stream().anyMatch(e -> isOfTargets(e.validation()));
  }

  private static boolean isOfTargets(Figures figuresOrNull) {
    return figuresOrNull instanceof Figures.OfTargets;
  }
}
