package io.kudari.lab;

import io.kudari.run.StepTiming;
import io.kudari.run.TrialRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Trains what the store does not know, as a task of Spark each. Used by one thread. */
final class StoredBench implements Bench {

  private static final double SECOND = 1e9;

  private final TrialRunner runner;
  private final TrialStore store;
  private final LabListener listener;
  private int done;
  private int planned;

  StoredBench(TrialRunner runner, TrialStore store, LabListener listener) {
    this.runner = runner;
    this.store = store;
    this.listener = listener;
  }

  /** Counts the trials of another experiment. */
  void begin() {
    done = 0;
    planned = 0;
  }

  @Override
  public List<TrialResult> train(List<Trial> trials) throws InterruptedException {
    Set<Trial> missing = new LinkedHashSet<>(trials);
    missing.removeIf(t -> store.find(t).isPresent());
    planned += trials.size();
    done += trials.size() - missing.size();
    if (!missing.isEmpty()) run(List.copyOf(missing));
    return trials.stream().map(t -> store.find(t).orElseThrow()).toList();
  }

  @Override
  public List<StepTiming> time(List<Timed> asked) throws InterruptedException {
    List<StepTiming> timings = new ArrayList<>();
    planned += asked.size();
    long start = System.nanoTime();
    for (Timed t : asked) {
      timings.add(time(t));
      done++;
      double seconds = (System.nanoTime() - start) / SECOND;
      listener.trials(done, planned, seconds / timings.size() * (asked.size() - timings.size()));
    }
    return timings;
  }

  private StepTiming time(Timed asked) throws InterruptedException {
    try {
      return runner.time(
          "a timing of the lab",
          asked.trial().configuration(),
          asked.ranks(),
          asked.threads(),
          asked.seconds());
    } catch (IOException e) {
      throw new UncheckedIOException("a timing of the lab failed: " + e.getMessage(), e);
    }
  }

  private void run(List<Trial> missing) throws InterruptedException {
    listener.trials(done, planned, Double.NaN);
    int before = done;
    long start = System.nanoTime();
    runner.run(
        "a trial of the lab",
        missing.stream().map(Trial::configuration).toList(),
        (trial, outcome) -> {
          double seconds = (System.nanoTime() - start) / SECOND;
          keep(missing.get(trial), seconds, TrialResult.of(outcome));
          done++;
          int ended = done - before;
          listener.trials(done, planned, seconds / ended * (missing.size() - ended));
        });
    done = planned;
  }

  private void keep(Trial trial, double seconds, TrialResult result) {
    try {
      store.add(trial, seconds, result);
    } catch (IOException e) {
      throw new UncheckedIOException(TrialStore.FILE + " cannot be written: " + e.getMessage(), e);
    }
  }
}
