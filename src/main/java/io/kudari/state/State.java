package io.kudari.state;

import io.kudari.math.Slice;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Numbers and vectors by name: of one loop, a part; or of all, the whole. Names are paths whose
 * steps are separated by slashes. Not to be changed.
 *
 * @param numbers the same in all parts
 * @param tensors vectors; those of scope PER_WORKER have a name for each worker
 * @param hosted for how many workers the part has what is PER_WORKER, or 0 where nothing is
 * @param workers how many workers the whole has it for, or 0 where nothing is
 */
public record State(
    SortedMap<String, double[]> numbers, SortedMap<String, Tensor> tensors, int hosted, int workers)
    implements java.io.Serializable {

  /** Nothing, as before the first step. */
  public static final State EMPTY = new State(new TreeMap<>(), new TreeMap<>(), 0, 0);

  /** Whether there is nothing. */
  public boolean isEmpty() {
    return numbers.isEmpty() && tensors.isEmpty();
  }

  /** The same without what was saved under a path. */
  public State without(String path) {
    TreeMap<String, double[]> keptNumbers = new TreeMap<>(numbers);
    TreeMap<String, Tensor> keptTensors = new TreeMap<>(tensors);
    keptNumbers.keySet().removeIf(name -> isUnder(name, path));
    keptTensors.keySet().removeIf(name -> isUnder(name, path));
    return new State(keptNumbers, keptTensors, hosted, workers);
  }

  private static boolean isUnder(String name, String path) {
    return name.equals(path) || name.startsWith(path + "/");
  }

  /**
   * The part of a slice; all that is not sliced stays.
   *
   * @param slice of which the sliced vectors are
   * @param part within it
   */
  public State cut(Slice slice, Slice part) {
    TreeMap<String, Tensor> cut = new TreeMap<>(tensors);
    cut.replaceAll((name, tensor) -> cut(tensor, slice, part));
    return new State(numbers, cut, hosted, workers);
  }

  private static Tensor cut(Tensor tensor, Slice slice, Slice part) {
    if (tensor.scope() != Scope.SLICED) return tensor;
    float[] data = new float[part.size()];
    System.arraycopy(tensor.data(), part.from() - slice.from(), data, 0, data.length);
    return new Tensor(Scope.SLICED, data);
  }

  /**
   * Puts parts together.
   *
   * @param slices of the parts, one after the other without gaps
   * @throws IllegalArgumentException when the parts have other sliced vectors
   */
  public static State join(List<Slice> slices, List<State> parts) {
    State first = parts.get(0);
    int from = slices.get(0).from();
    int size = slices.get(slices.size() - 1).to() - from;
    TreeMap<String, Tensor> joined = new TreeMap<>();
    for (State part : parts) joined.putAll(part.tensors);
    joined.replaceAll(
        (name, tensor) ->
            tensor.scope() == Scope.SLICED ? new Tensor(Scope.SLICED, new float[size]) : tensor);
    int hosted = 0;
    for (int p = 0; p < parts.size(); p++) {
      int at = slices.get(p).from() - from;
      parts.get(p).copyInto(joined, at);
      hosted += parts.get(p).hosted;
    }
    return new State(first.numbers, joined, hosted, first.workers);
  }

  private void copyInto(SortedMap<String, Tensor> whole, int at) {
    whole.forEach(
        (name, tensor) -> {
          if (tensor.scope() != Scope.SLICED) return;
          Tensor own = tensors.get(name);
          if (own == null) throw new IllegalArgumentException("a part of the state has no " + name);
          System.arraycopy(own.data(), 0, tensor.data(), at, own.data().length);
        });
  }
}
