package io.kudari.checkpoint;

import io.kudari.data.DataException;
import io.kudari.data.file.JsonFile;
import io.kudari.math.Slice;
import io.kudari.state.Scope;
import io.kudari.state.State;
import io.kudari.state.Tensor;
import io.kudari.train.TrainState;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A training state without the values of its vectors, as a file of JSON has it. Floating-point
 * numbers are written in hexadecimal, so that no bit is lost and those that are not finite can be
 * told.
 *
 * @param step as the others, see {@link TrainState}
 * @param parameters how many there are
 * @param numbers of the state, by name
 * @param vectors of the state, by name
 * @param eventBytes length of the recorded events
 */
record StateJson(
    long step,
    int epoch,
    int position,
    String epochLoss,
    String rateFactor,
    int parameters,
    SortedMap<String, List<String>> numbers,
    SortedMap<String, Vector> vectors,
    long eventBytes) {

  /**
   * A vector.
   *
   * @param file that has its values
   */
  record Vector(Scope scope, int length, String file) {}

  /** What a file says may be anything. */
  StateJson {
    if (step < 0 || epoch < 0 || position < 0)
      throw new IllegalArgumentException(
          "step, epoch and position must be at least 0, not %d, %d and %d"
              .formatted(step, epoch, position));
    if (eventBytes < 0)
      throw new IllegalArgumentException("eventBytes must be at least 0, not " + eventBytes);
    if (parameters < 0) throw new IllegalArgumentException("parameters must be at least 0");
    for (var vector : vectors.entrySet()) {
      int length = vector.getValue().length;
      boolean sliced = vector.getValue().scope == Scope.SLICED;
      if (length < 0 || (sliced && length != parameters))
        throw new IllegalArgumentException(
            "vectors: parameters and " + vector.getKey() + " do not fit");
    }
  }

  static StateJson of(Checkpoint checkpoint) {
    TrainState s = checkpoint.state();
    SortedMap<String, List<String>> numbers = new TreeMap<>();
    s.state().numbers().forEach((name, values) -> numbers.put(name, hexadecimal(values)));
    return new StateJson(
        s.step(),
        s.epoch(),
        s.position(),
        Double.toHexString(s.epochLoss()),
        Double.toHexString(s.rateFactor()),
        s.parameters().length,
        numbers,
        vectors(s.state()),
        checkpoint.eventBytes());
  }

  private static List<String> hexadecimal(double[] values) {
    return Arrays.stream(values).mapToObj(Double::toHexString).toList();
  }

  /** The vectors of a state, each in a file of its own. */
  private static SortedMap<String, Vector> vectors(State state) {
    SortedMap<String, Vector> vectors = new TreeMap<>();
    state
        .tensors()
        .forEach(
            (name, tensor) -> {
              String file = String.format(Locale.ROOT, "state-%06d.f32", vectors.size());
              vectors.put(name, new Vector(tensor.scope(), tensor.data().length, file));
            });
    return vectors;
  }

  byte[] bytes() throws IOException {
    return JsonFile.bytes(this);
  }

  /** Where the values of vectors are. */
  interface Values {
    float[] of(String file, int length) throws IOException;
  }

  /**
   * The state with its vectors.
   *
   * @param place of the file, for messages
   * @throws DataException when a number is none
   */
  TrainState with(String place, float[] values, Values others) throws IOException {
    SortedMap<String, double[]> read = new TreeMap<>();
    numbers.forEach(
        (name, texts) ->
            read.put(name, texts.stream().mapToDouble(text -> number(place, text)).toArray()));
    SortedMap<String, Tensor> tensors = new TreeMap<>();
    for (var e : vectors.entrySet()) {
      Vector v = e.getValue();
      tensors.put(e.getKey(), new Tensor(v.scope, others.of(v.file, v.length)));
    }
    return new TrainState(
        new Slice(0, values.length),
        step,
        epoch,
        position,
        number(place, epochLoss),
        number(place, rateFactor),
        values,
        new State(read, tensors, 0, 0));
  }

  private static double number(String place, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new DataException(place + ": is not a number: " + text, e);
    }
  }
}
