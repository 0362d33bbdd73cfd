package io.kudari.state;

import io.kudari.math.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/** Gives one loop what is its own of the whole state. Not thread-safe. */
public final class StateReader {

  private final State state;
  private final Slice own;
  private final String path;
  private final Set<String> unread;

  /**
   * For a loop.
   *
   * @param state the whole
   * @param own the slice that the loop updates
   */
  public StateReader(State state, Slice own) {
    this(state, own, "", new TreeSet<>(state.numbers().keySet()));
    unread.addAll(state.tensors().keySet());
  }

  private StateReader(State state, Slice own, String path, Set<String> unread) {
    this.state = state;
    this.own = own;
    this.path = path;
    this.unread = unread;
  }

  /** A reader of what is under a name. */
  public StateReader within(String name) {
    return new StateReader(state, own, path + name + "/", unread);
  }

  /** Whether something was written under a name. */
  public boolean has(String name) {
    String under = path + name + "/";
    return startsWith(state.numbers(), under) || startsWith(state.tensors(), under);
  }

  private static boolean startsWith(SortedMap<String, ?> names, String prefix) {
    SortedMap<String, ?> from = names.tailMap(prefix);
    return !from.isEmpty() && from.firstKey().startsWith(prefix);
  }

  /** Says that what is under a name, and has not been read, need not be. */
  public void skip(String name) {
    unread.removeIf(unreadName -> unreadName.startsWith(path + name + "/"));
  }

  /**
   * Lets something take over what it wrote under its name.
   *
   * @throws StateException when that is of something else
   */
  public void restore(Stateful stateful) {
    try {
      stateful.restore(within(stateful.name()));
    } catch (StateException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new StateException("the state's " + path + stateful.name() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Numbers.
   *
   * @throws StateException when there are none of that name; one line
   */
  public double[] numbers(String name) {
    double[] found = state.numbers().get(path + name);
    if (found == null) throw new StateException("the state has no " + path + name);
    unread.remove(path + name);
    return found.clone();
  }

  /**
   * Numbers, of which there must be so many.
   *
   * @throws StateException when there are others; one line
   */
  public double[] numbers(String name, int count) {
    double[] found = numbers(name);
    if (found.length == count) return found;
    throw new StateException(
        "the state has " + found.length + " numbers " + path + name + ", not " + count);
  }

  /** The own slices of vectors, copied; as many as were written, perhaps none. */
  public float[][] slices(String name) {
    List<float[]> found = vectors(name, Scope.SLICED);
    found.replaceAll(whole -> Arrays.copyOfRange(whole, own.from(), own.to()));
    return found.toArray(float[][]::new);
  }

  /** Whole vectors that were written as slices, copied. */
  public float[][] whole(String name) {
    List<float[]> found = vectors(name, Scope.SLICED);
    found.replaceAll(float[]::clone);
    return found.toArray(float[][]::new);
  }

  /** Vectors of a worker, whoever hosts it; as many as were written. Not to be changed. */
  public float[][] ofWorker(String name, int worker) {
    return vectors(StateWriter.ofWorker(name, worker), Scope.PER_WORKER).toArray(float[][]::new);
  }

  /**
   * A vector that all loops have alike. Not to be changed.
   *
   * @throws StateException when there is none of that name; one line
   */
  public float[] replicated(String name) {
    if (!state.tensors().containsKey(path + name))
      throw new StateException("the state has no " + path + name);
    return take(path + name, Scope.REPLICATED);
  }

  private List<float[]> vectors(String name, Scope scope) {
    List<float[]> found = new ArrayList<>();
    String next = path + StateWriter.numbered(name, 0);
    while (state.tensors().containsKey(next)) {
      found.add(take(next, scope));
      next = path + StateWriter.numbered(name, found.size());
    }
    return found;
  }

  private float[] take(String name, Scope scope) {
    Tensor found = state.tensors().get(name);
    if (found.scope() != scope)
      throw new StateException("the state's " + name + " is " + found.scope() + ", not " + scope);
    unread.remove(name);
    return found.data();
  }

  /**
   * Ends the reading, by all paths.
   *
   * @throws StateException when something has not been read: the state is of another plan; one line
   */
  public void done() {
    if (unread.isEmpty()) return;
    throw new StateException(
        "the state has " + unread.iterator().next() + ", which this plan does not keep");
  }
}
