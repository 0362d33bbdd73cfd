package io.kudari.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.data.DataException;
import io.kudari.math.Slice;
import io.kudari.train.EarlyStopping;
import io.kudari.train.JsonObject;
import io.kudari.train.TrainState;
import java.util.List;

/**
 * A training state without its vectors, as JSON. Floating-point numbers are written in hexadecimal,
 * so that no bit is lost and those that are not finite can be told.
 */
final class StateJson {

  private StateJson() {}

  static ObjectNode of(Checkpoint checkpoint) {
    TrainState s = checkpoint.state();
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("step", s.step());
    json.put("epoch", s.epoch()).put("position", s.position());
    json.put("epochLoss", Double.toHexString(s.epochLoss()));
    json.putObject("progress")
        .put("best", Double.toHexString(s.progress().best()))
        .put("bestEpoch", s.progress().bestEpoch())
        .put("epochsSince", s.progress().epochsSince());
    put(json.putArray("rates"), s.rates());
    put(json.putArray("localSteps"), s.localSteps());
    put(json.putArray("noise"), s.noise());
    json.put("parameters", s.parameters().length).put("slots", s.slots().length);
    json.put("best", s.best().length).put("eventBytes", checkpoint.eventBytes());
    return json;
  }

  private static void put(ArrayNode array, double[] values) {
    for (double v : values) array.add(Double.toHexString(v));
  }

  /**
   * The state with its vectors.
   *
   * @throws DataException when a value is missing or out of range
   */
  static TrainState read(JsonObject json, float[] parameters, float[][] slots, float[] best) {
    JsonObject progress = json.object("progress");
    long step = json.longInteger("step");
    int epoch = json.integer("epoch");
    int position = json.integer("position");
    if (step < 0 || epoch < 0 || position < 0)
      throw new DataException(json.place() + ": step, epoch and position must be at least 0");
    return new TrainState(
        new Slice(0, parameters.length),
        step,
        epoch,
        position,
        number(json, json.string("epochLoss")),
        new EarlyStopping.Progress(
            number(json, progress.string("best")),
            progress.integer("bestEpoch"),
            progress.integer("epochsSince")),
        numbers(json, json.strings("rates")),
        numbers(json, json.strings("localSteps")),
        json.has("noise") ? numbers(json, json.strings("noise")) : new double[0],
        parameters,
        slots,
        best);
  }

  private static double[] numbers(JsonObject json, List<String> texts) {
    return texts.stream().mapToDouble(text -> number(json, text)).toArray();
  }

  private static double number(JsonObject json, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new DataException(json.place() + ": is not a number: " + text, e);
    }
  }
}
