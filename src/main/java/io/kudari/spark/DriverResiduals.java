package io.kudari.spark;

import io.kudari.train.worker.WorkerRange;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * What lossy codes keep of workers between steps, where steps are Spark tasks. A task may run again
 * anywhere, so the driver holds it, and it travels with each step, there and back. Not thread-safe.
 */
final class DriverResiduals {

  private static final float[][][] NONE = new float[0][][];

  private final boolean keeps;

  /** By worker. */
  private float[][][] kept;

  /**
   * What all tasks are asked.
   *
   * @param residuals of all workers; empty where nothing is kept
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Question<T>(T of, float[][][] residuals) implements java.io.Serializable {}

  /**
   * What one task gives.
   *
   * @param first its first worker
   * @param residuals of its workers; empty where nothing is kept
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Answer<T>(T of, int first, float[][][] residuals) implements java.io.Serializable {}

  DriverResiduals(boolean keeps, int workers) {
    this.keeps = keeps;
    this.kept = new float[workers][0][];
  }

  boolean keeps() {
    return keeps;
  }

  /** By worker. The arrays do not change any more. */
  float[][][] kept() {
    return kept.clone();
  }

  /** Takes over what {@link #kept} gave. */
  void keep(float[][][] residuals) {
    kept = residuals.clone();
  }

  <T> Question<T> ask(T of) {
    return new Question<>(of, keeps ? kept.clone() : NONE);
  }

  /**
   * On an executor. A lingering attempt of an earlier step may use the same range: neither may step
   * in between what the other gives its workers, lets them do and takes from them.
   */
  static <T> Answer<T> answer(WorkerRange range, Question<?> asked, Supplier<T> work) {
    if (asked.residuals.length == 0) return new Answer<>(work.get(), range.first(), NONE);
    synchronized (range) {
      range.residuals(Arrays.copyOfRange(asked.residuals, range.first(), range.last()));
      return new Answer<>(work.get(), range.first(), range.residuals());
    }
  }

  /** Takes over what workers keep. */
  <T> List<T> keep(List<Answer<T>> answers) {
    for (Answer<T> a : answers) System.arraycopy(a.residuals, 0, kept, a.first, a.residuals.length);
    return answers.stream().map(Answer::of).toList();
  }
}
