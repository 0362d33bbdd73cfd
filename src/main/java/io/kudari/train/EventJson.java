package io.kudari.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.model.Evaluation;
import java.util.function.IntToDoubleFunction;

/**
 * Events as JSON objects with the names of their components; times in nanoseconds, numbers that are
 * NaN or infinite as null, what is absent as null.
 */
final class EventJson {

  private EventJson() {}

  static ObjectNode of(Event event) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (event instanceof Event.Started s) {
      json.put("type", "started").put("strategy", s.strategy()).put("ranks", s.ranks());
      json.put("threads", s.threads()).put("workers", s.workers());
      json.put("parameters", s.parameters()).put("trainExamples", s.trainExamples());
      json.put("validationExamples", s.validationExamples()).put("testExamples", s.testExamples());
      json.put("epochs", s.epochs()).put("steps", s.steps());
    } else if (event instanceof Event.StepDone s) {
      json.put("type", "stepDone").put("step", s.step()).put("epoch", s.epoch());
      json.put("position", s.position()).put("examples", s.examples());
      number(json, "loss", s.loss());
      number(json, "learningRate", s.learningRate());
      StepTimes t = s.times();
      json.putObject("times")
          .put("compute", t.compute())
          .put("waiting", t.waiting())
          .put("exchange", t.exchange())
          .put("update", t.update())
          .put("input", t.input());
    } else if (event instanceof Event.EpochDone e) {
      json.put("type", "epochDone").put("epoch", e.epoch()).put("step", e.step());
      number(json, "trainLoss", e.trainLoss());
      json.set("validation", evaluation(e.validation()));
      number(json, "seconds", e.seconds());
    } else if (event instanceof Event.Recovered r) {
      json.put("type", "recovered").put("step", r.step()).put("lostSteps", r.lostSteps());
      json.put("ranks", r.ranks()).put("reason", r.reason());
      number(json, "seconds", r.seconds());
    } else if (event instanceof Event.Waiting w) {
      json.put("type", "waiting").put("what", w.what());
    } else if (event instanceof Event.Diverged d) {
      json.put("type", "diverged").put("step", d.step()).put("what", d.what());
      json.put("action", d.action());
    } else if (event instanceof Event.Scalar s) {
      json.put("type", "scalar").put("tag", s.tag()).put("step", s.step());
      number(json, "value", s.value());
    } else if (event instanceof Event.Finished f) {
      json.put("type", "finished").put("why", f.why()).put("steps", f.steps());
      json.put("epochs", f.epochs()).put("restored", f.restored());
      number(json, "seconds", f.seconds());
      json.set("test", evaluation(f.test()));
    } else if (event instanceof Event.Saved s) {
      json.put("type", "saved").put("step", s.step());
      number(json, "seconds", s.seconds());
      json.put("bytes", s.bytes());
    } else if (event instanceof Event.SaveFailed f) {
      json.put("type", "saveFailed").put("step", f.step()).put("reason", f.reason());
    } else if (event instanceof Event.Resumed r) {
      json.put("type", "resumed").put("step", r.step()).put("epoch", r.epoch());
      r.skipped().forEach(json.putArray("skipped")::add);
    } else {
      throw new IllegalArgumentException("no JSON is known of " + event.getClass());
    }
    return json;
  }

  /** The figures, or null when there is no evaluation. */
  static ObjectNode evaluation(Evaluation e) {
    if (e == null) return null;
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("examples", e.examples());
    number(json, "loss", e.meanLoss());
    if (!e.isClassification()) {
      number(json, "mse", e.meanSquaredError());
      number(json, "rmse", Math.sqrt(e.meanSquaredError()));
      number(json, "mae", e.meanAbsoluteError());
      number(json, "r2", e.rSquared());
      return json;
    }
    number(json, "accuracy", e.accuracy());
    int ranks = Math.min(Evaluation.TOP, e.outputs());
    numbers(json.putArray("topAccuracy"), ranks, k -> e.topAccuracy(k + 1));
    // A line of events.jsonl stays short: of more classes, evaluate tells each one's figures.
    if (!e.hasConfusion()) return json;
    numbers(json.putArray("precision"), e.outputs(), e::precision);
    numbers(json.putArray("recall"), e.outputs(), e::recall);
    numbers(json.putArray("f1"), e.outputs(), e::f1);
    ArrayNode confusion = json.putArray("confusion");
    for (int truth = 0; truth < e.outputs(); truth++) {
      ArrayNode row = confusion.addArray();
      for (int taken = 0; taken < e.outputs(); taken++) row.add(e.confused(truth, taken));
    }
    return json;
  }

  /** JSON knows neither NaN nor infinity. */
  static void number(ObjectNode json, String key, double value) {
    if (Double.isFinite(value)) json.put(key, value);
    else json.putNull(key);
  }

  private static void numbers(ArrayNode to, int count, IntToDoubleFunction value) {
    for (int i = 0; i < count; i++) {
      double v = value.applyAsDouble(i);
      if (Double.isFinite(v)) to.add(v);
      else to.addNull();
    }
  }
}
