package io.kudari.ml;

import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.run.Outcome;
import io.kudari.run.RunListener;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for what a {@link TrainingSummary} tells; what a user should know goes to the log. */
final class History implements RunListener {

  private static final Logger LOG = LoggerFactory.getLogger(History.class);

  private final TreeMap<Integer, TrainingSummary.Epoch> epochs = new TreeMap<>();
  private final List<String> warnings = new ArrayList<>();
  private Event.Started started;
  private double rate = Double.NaN;
  private int recoveries;

  /** Rows that gradients were computed on in the last part of a run. */
  private long examples;

  /** Of its steps. */
  private StepTimes times = StepTimes.ZERO;

  @Override
  public void on(Event event) {
    if (event instanceof Event.Started s) started = s;
    if (event instanceof Event.StepDone s) {
      rate = s.learningRate();
      examples += s.examples();
      times = times.plus(s.times());
    }
    if (event instanceof Event.Recovered) recoveries++;
    if (event instanceof Event.Resumed) {
      examples = 0;
      times = StepTimes.ZERO;
    }
    if (event instanceof Event.Waiting w) LOG.info(w.what());
    if (event instanceof Event.EpochDone e) {
      // Epochs that are done again replace those behind them.
      epochs.tailMap(e.epoch()).clear();
      epochs.put(e.epoch(), epoch(e));
    }
  }

  private TrainingSummary.Epoch epoch(Event.EpochDone e) {
    boolean validated = e.validation() != null;
    return new TrainingSummary.Epoch(
        e.epoch(),
        e.trainLoss(),
        validated ? e.validation().loss() : Double.NaN,
        validated ? e.validation().score() : Double.NaN,
        rate,
        e.seconds());
  }

  @Override
  public void earlier(Event event) {
    // What was waited for then is no news.
    if (!(event instanceof Event.Waiting)) on(event);
  }

  @Override
  public void notice(String line) {
    LOG.info(Said.ofRun(line));
  }

  @Override
  public void warning(String line) {
    String said = Said.ofRun(line);
    LOG.warn(said);
    warnings.add(said);
  }

  TrainingSummary summary(Outcome outcome) {
    return new TrainingSummary(
        new ArrayList<>(epochs.values()), warnings, started, recoveries, examples, times, outcome);
  }
}
