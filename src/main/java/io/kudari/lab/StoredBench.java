package io.kudari.lab;

import io.kudari.config.ConfigurationException;
import io.kudari.event.FirstLine;
import io.kudari.run.StepTiming;
import io.kudari.run.Subject;
import io.kudari.run.TrialRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * Trains what the store does not know, as a task of Spark each, with what a user has changed. Used
 * by one thread.
 */
final class StoredBench implements Bench {

  private static final double SECOND = 1e9;
  private static final String PLACE = "a trial of the lab";

  private final TrialRunner runner;
  private final TrialStore store;
  private final LabListener listener;
  private List<Change> changes = List.of();
  private final Map<String, SortedMap<String, String>> firsts = new HashMap<>();
  private boolean changed;
  private int done;
  private int planned;

  StoredBench(TrialRunner runner, TrialStore store, LabListener listener) {
    this.runner = runner;
    this.store = store;
    this.listener = listener;
  }

  /**
   * Counts the trials of another experiment.
   *
   * @param wanted of its trials
   */
  void begin(List<Change> wanted) {
    changes = wanted;
    changed = false;
    firsts.clear();
    done = 0;
    planned = 0;
  }

  /** Whether a trial since {@link #begin} was another than the experiment's. */
  boolean isChanged() {
    return changed;
  }

  private Trial changed(Trial trial) {
    Trial now = trial;
    for (Change change : changes) {
      requireSame(change, trial);
      now = change.apply(now);
    }
    changed |= !now.equals(trial);
    return now;
  }

  /** What an experiment compares must not become the same under different names. */
  private void requireSame(Change change, Trial trial) {
    if (change.data()) return;
    SortedMap<String, String> own = change.replaced(trial);
    SortedMap<String, String> first = firsts.putIfAbsent(change.key(), own);
    if (first != null && !first.equals(own))
      throw new ConfigurationException(
          "%s: %s compares values of %s, which must stay"
              .formatted(change.option(), change.experiment(), change.key()));
  }

  @Override
  public List<TrialResult> train(List<Trial> asked) throws InterruptedException {
    List<Trial> trials = asked.stream().map(this::changed).toList();
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
          changed(asked.trial()).configuration(),
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
        PLACE,
        missing.stream().map(Trial::configuration).toList(),
        (trial, outcome) -> {
          double seconds = (System.nanoTime() - start) / SECOND;
          keep(missing.get(trial).configuration(), seconds, TrialResult.of(outcome));
          done++;
          int ended = done - before;
          listener.trials(done, planned, seconds / ended * (missing.size() - ended));
        });
    done = planned;
  }

  @Override
  public TrialResult trainOnRanks(Trial asked, int ranks, int threads) throws InterruptedException {
    String configuration = changed(asked).configuration();
    // A comment, which changes no experiment: the bits are the same on any ranks and threads.
    String key = configuration + "# on " + ranks + " ranks of " + threads + " threads\n";
    planned++;
    Optional<TrialResult> known = store.find(key);
    if (known.isEmpty()) {
      listener.trials(done, planned, Double.NaN);
      long start = System.nanoTime();
      try {
        var outcome = runner.runOnRanks(PLACE, configuration, ranks, threads);
        double seconds = (System.nanoTime() - start) / SECOND;
        keep(key, seconds, TrialResult.of(outcome));
      } catch (IOException e) {
        throw new UncheckedIOException(PLACE + ": " + e.getMessage(), e);
      }
    }
    done++;
    return store.find(key).orElseThrow();
  }

  @Override
  public Trained trainHere(Trial asked, float... start) throws InterruptedException {
    try {
      var here = runner.trainHere(PLACE, changed(asked).configuration(), start);
      return new Trained(TrialResult.of(here.outcome()), here.parameters());
    } catch (IOException e) {
      throw new UncheckedIOException(PLACE + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Subject subject(Trial asked) {
    try {
      return runner.subject(PLACE, changed(asked).configuration());
    } catch (IOException e) {
      throw new UncheckedIOException(PLACE + ": " + e.getMessage(), e);
    }
  }

  private void keep(String configuration, double seconds, TrialResult result) {
    try {
      store.add(configuration, seconds, result);
    } catch (IOException e) {
      throw new UnkeptException(new FileSystemException(TrialStore.FILE, null, FirstLine.of(e)));
    }
  }

  /** A result could not be written: not what trains is at fault, but the lab's folder. */
  static final class UnkeptException extends UncheckedIOException {

    private static final long serialVersionUID = 1;

    private UnkeptException(IOException cause) {
      super(cause);
    }
  }
}
