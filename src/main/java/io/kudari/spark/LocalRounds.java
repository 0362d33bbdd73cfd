package io.kudari.spark;

import io.kudari.data.Normalizer;
import io.kudari.train.Round;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.worker.WorkerRange;
import java.util.Arrays;
import java.util.List;

/**
 * Rounds of local steps as Spark tasks. A task may run again anywhere, so what its workers keep
 * between rounds is held by the driver, and sent with each. Not thread-safe.
 */
final class LocalRounds {

  /** By worker: its optimizer's slots, where they are kept. */
  private final float[][][] kept;

  /**
   * What all tasks are asked.
   *
   * @param kept of all workers; empty where nothing is
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Question(float[] parameters, Round round, float[][][] kept)
      implements java.io.Serializable {}

  /**
   * What one task gives.
   *
   * @param first its first worker
   * @param kept of its workers; empty where nothing is
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Answer(WorkerRange.Local local, int first, float[][][] kept)
      implements java.io.Serializable {}

  LocalRounds(int workers) {
    this.kept = new float[workers][0][];
  }

  /** By worker. The arrays do not change any more. */
  float[][][] kept() {
    return kept.clone();
  }

  /** Takes over what {@link #kept} gave. */
  void keep(float[][][] slots) {
    System.arraycopy(slots, 0, kept, 0, kept.length);
  }

  Question ask(float[] parameters, Round round) {
    boolean keeps = round.rule() == LocalSlots.KEEP;
    return new Question(parameters, round, keeps ? kept : new float[0][][]);
  }

  /**
   * On an executor. A lingering attempt of an earlier round may use the same range: neither may
   * step in between what the other gives its workers, lets them do and takes from them.
   */
  static Answer answer(WorkerRange range, Normalizer normalizer, Question asked) {
    synchronized (range) {
      boolean keeps = asked.kept.length > 0;
      if (keeps) {
        float[][][] own = Arrays.copyOfRange(asked.kept, range.first(), range.last());
        range.keep(own, asked.round.optimizer(), asked.round.elasticity() > 0);
      }
      WorkerRange.Local local = range.round(asked.parameters, normalizer, asked.round);
      return new Answer(local, range.first(), keeps ? range.kept() : new float[0][][]);
    }
  }

  /** Takes over what workers keep. */
  List<WorkerRange.Local> keep(List<Answer> answers) {
    for (Answer a : answers) System.arraycopy(a.kept, 0, kept, a.first, a.kept.length);
    return answers.stream().map(Answer::local).toList();
  }
}
