package io.kudari.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.data.DataException;
import io.kudari.math.Slice;
import io.kudari.state.Scope;
import io.kudari.state.State;
import io.kudari.state.Tensor;
import io.kudari.train.JsonObject;
import io.kudari.train.TrainState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A training state without the values of its vectors, as JSON. Floating-point numbers are written
 * in hexadecimal, so that no bit is lost and those that are not finite can be told.
 */
final class StateJson {

  private static final List<String> SCOPES =
      Arrays.stream(Scope.values()).map(Scope::name).toList();

  private StateJson() {}

  /**
   * A vector that the JSON announces.
   *
   * @param file that has its values
   */
  record Vector(String name, Scope scope, int length, String file) {}

  static ObjectNode of(Checkpoint checkpoint) {
    TrainState s = checkpoint.state();
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("step", s.step());
    json.put("epoch", s.epoch()).put("position", s.position());
    json.put("epochLoss", Double.toHexString(s.epochLoss()));
    json.put("rateFactor", Double.toHexString(s.rateFactor()));
    json.put("parameters", s.parameters().length);
    ObjectNode numbers = json.putObject("numbers");
    s.state().numbers().forEach((name, values) -> put(numbers.putArray(name), values));
    ObjectNode vectors = json.putObject("vectors");
    for (Vector v : vectors(s.state())) {
      vectors
          .putObject(v.name)
          .put("scope", v.scope.name())
          .put("length", v.length)
          .put("file", v.file);
    }
    return json.put("eventBytes", checkpoint.eventBytes());
  }

  private static void put(ArrayNode array, double[] values) {
    for (double v : values) array.add(Double.toHexString(v));
  }

  /** The vectors of a state, each in a file of its own. */
  static List<Vector> vectors(State state) {
    List<Vector> vectors = new ArrayList<>();
    state
        .tensors()
        .forEach(
            (name, tensor) -> {
              String file = String.format(Locale.ROOT, "state-%06d.f32", vectors.size());
              vectors.add(new Vector(name, tensor.scope(), tensor.data().length, file));
            });
    return vectors;
  }

  /**
   * The vectors that the JSON announces.
   *
   * @throws DataException when one is of no known scope, or a sliced one of another length than the
   *     parameters
   */
  static List<Vector> vectors(JsonObject json) {
    int parameters = json.integer("parameters");
    JsonObject all = json.object("vectors");
    List<Vector> vectors = new ArrayList<>();
    for (Iterator<String> names = all.node().fieldNames(); names.hasNext(); ) {
      String name = names.next();
      JsonObject one = all.object(name);
      if (!SCOPES.contains(one.string("scope")))
        throw new DataException(one.place() + ": no scope is called " + one.string("scope"));
      Scope scope = Scope.valueOf(one.string("scope"));
      int length = one.integer("length");
      if (length < 0 || (scope == Scope.SLICED && length != parameters))
        throw new DataException(one.place() + ": parameters and " + name + " do not fit");
      vectors.add(new Vector(name, scope, length, one.string("file")));
    }
    return vectors;
  }

  /** Where the values of vectors are. */
  interface Values {
    float[] of(String file, int length) throws IOException;
  }

  /**
   * The state with its vectors.
   *
   * @throws DataException when a value is missing or out of range
   */
  static TrainState read(JsonObject json, float[] parameters, Values values) throws IOException {
    long step = json.longInteger("step");
    int epoch = json.integer("epoch");
    int position = json.integer("position");
    if (step < 0 || epoch < 0 || position < 0)
      throw new DataException(json.place() + ": step, epoch and position must be at least 0");
    SortedMap<String, double[]> numbers = new TreeMap<>();
    JsonObject saved = json.object("numbers");
    for (Iterator<String> names = saved.node().fieldNames(); names.hasNext(); ) {
      String name = names.next();
      numbers.put(name, numbers(saved, saved.strings(name)));
    }
    SortedMap<String, Tensor> tensors = new TreeMap<>();
    for (Vector v : vectors(json))
      tensors.put(v.name, new Tensor(v.scope, values.of(v.file, v.length)));
    return new TrainState(
        new Slice(0, parameters.length),
        step,
        epoch,
        position,
        number(json, json.string("epochLoss")),
        number(json, json.string("rateFactor")),
        parameters,
        new State(numbers, tensors, 0, 0));
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
