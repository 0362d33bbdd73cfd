package io.kudari.spark.coordinator;

import io.kudari.state.Scope;
import io.kudari.state.State;
import io.kudari.state.Tensor;
import io.kudari.train.TrainState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A part of a snapshot as messages: a head, then the values of its vectors in their order, as many
 * a message as fit: the parameters, then the state's by name.
 */
public final class StateParts {

  /** Values of one message. */
  static final int CHUNK = 64 * 1024;

  private static final float[] NONE = new float[0];

  private final TrainState part;
  private final List<float[]> vectors = new ArrayList<>();
  private int vector;
  private int at;

  private StateParts(TrainState part) {
    this.part = part;
    vectors.add(part.parameters());
    for (Tensor tensor : part.state().tensors().values()) vectors.add(tensor.data());
    skipComplete();
  }

  /** To be sent. */
  public static StateParts of(TrainState part) {
    return new StateParts(part);
  }

  /** Whether all values have been sent or received. */
  public boolean isComplete() {
    return vector == vectors.size();
  }

  public TrainState part() {
    return part;
  }

  /** The first message: the lengths of the vectors, and all but their values. */
  public ByteBuffer head() {
    TreeMap<String, Tensor> bare = new TreeMap<>(part.state().tensors());
    bare.replaceAll((name, tensor) -> new Tensor(tensor.scope(), NONE));
    byte[] bytes = EventBytes.write("a snapshot's head", with(part, NONE, bare));
    ByteBuffer lengths = ByteBuffer.allocate((1 + vectors.size()) * Integer.BYTES);
    lengths.putInt(vectors.size());
    for (float[] values : vectors) lengths.putInt(values.length);
    ByteBuffer message = LineMessage.HEAD.room(lengths.capacity() + bytes.length);
    return LineMessage.seal(message.put(lengths.array()).put(bytes));
  }

  /** The next message, unless complete. */
  public ByteBuffer next() {
    float[] values = vectors.get(vector);
    int length = Math.min(CHUNK, values.length - at);
    ByteBuffer message = LineMessage.VALUES.room(length * Float.BYTES);
    message.asFloatBuffer().put(values, at, length);
    pass(length);
    return LineMessage.seal(message);
  }

  private void pass(int length) {
    at += length;
    skipComplete();
  }

  private void skipComplete() {
    while (!isComplete() && at == vectors.get(vector).length) {
      vector++;
      at = 0;
    }
  }

  /**
   * Reads a head, behind its kind: to be received.
   *
   * @param parameters of the model
   * @throws IOException when it is something else, or would take more memory than a part has
   */
  public static StateParts receive(ByteBuffer rest, int parameters) throws IOException {
    int[] lengths = lengths(rest, parameters);
    TrainState bare = EventBytes.read(rest, TrainState.class);
    if (!isWhole(bare)) throw new IOException("the head of a part that lacks something");
    int size = bare.slice().size();
    SortedMap<String, Tensor> tensors = new TreeMap<>(bare.state().tensors());
    if (bare.slice().to() > parameters
        || lengths.length != 1 + tensors.size()
        || lengths[0] != size)
      throw new IOException("a part of " + bare.slice() + " with other vectors than it says");
    int next = 1;
    for (var named : tensors.entrySet()) {
      int length = lengths[next++];
      Scope scope = named.getValue().scope();
      if (scope == Scope.SLICED && length != size)
        throw new IOException(named.getKey() + " has " + length + " values of " + size);
      named.setValue(new Tensor(scope, new float[length]));
    }
    return new StateParts(with(bare, new float[size], tensors));
  }

  /** What a stranger has serialised may lack what no part lacks. */
  private static boolean isWhole(TrainState bare) {
    State state = bare.state();
    return bare.slice() != null
        && state != null
        && isMapOf(double[].class, state.numbers())
        && isMapOf(Tensor.class, state.tensors())
        && state.tensors().values().stream().allMatch(t -> t.scope() != null);
  }

  /** Reading an object checks that it is a map, and nothing of what the map holds. */
  private static boolean isMapOf(Class<?> type, Map<?, ?> map) {
    return map != null
        && map.keySet().stream().allMatch(String.class::isInstance)
        && map.values().stream().allMatch(type::isInstance);
  }

  private static int[] lengths(ByteBuffer rest, int parameters) throws IOException {
    ByteBuffer in = rest.duplicate().order(ByteOrder.BIG_ENDIAN);
    int count = in.remaining() < Integer.BYTES ? 0 : in.getInt();
    if (count < 1 || count > in.remaining() / Integer.BYTES)
      throw new IOException("a head of " + count + " vectors");
    int[] lengths = new int[count];
    for (int k = 0; k < count; k++) {
      lengths[k] = in.getInt();
      if (lengths[k] < 0 || lengths[k] > parameters)
        throw new IOException("a vector of " + lengths[k] + " values");
    }
    rest.position(in.position());
    return lengths;
  }

  /**
   * Takes over what {@link #next} gave, behind its kind.
   *
   * @throws IOException when it is not what comes next
   */
  void add(ByteBuffer rest) throws IOException {
    int length = rest.remaining() / Float.BYTES;
    if (isComplete() || length == 0 || length > vectors.get(vector).length - at)
      throw new IOException(length + " values after " + at + " of vector " + vector);
    rest.asFloatBuffer().get(vectors.get(vector), at, length);
    pass(length);
  }

  private static TrainState with(
      TrainState of, float[] parameters, SortedMap<String, Tensor> tensors) {
    State s = of.state();
    State state = new State(s.numbers(), tensors, s.hosted(), s.workers());
    return of.with(of.slice(), of.rateFactor(), parameters, state);
  }
}
