package io.kudari.run;

import io.kudari.checkpoint.Checkpoint;
import io.kudari.checkpoint.Lease;
import io.kudari.checkpoint.ModelFolder;
import io.kudari.checkpoint.Origin;
import io.kudari.checkpoint.SavedModel;
import io.kudari.config.Experiment;
import io.kudari.engine.processor.Processor;
import io.kudari.event.Event;
import io.kudari.model.ModelSpec;
import io.kudari.record.EventLog;
import io.kudari.record.Machine;
import io.kudari.record.Summary;
import io.kudari.record.TensorBoardLog;
import io.kudari.train.DataPlan;
import io.kudari.train.TrainState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What a run leaves in its folder. The folder is made at the first event, when everything has been
 * checked and loaded: a run that cannot start leaves nothing, and an earlier run's results stay
 * until then. Disks that fail while it runs cost events and checkpoints, and are told, but do not
 * end it.
 */
final class RunOutput implements Results {

  private static final String TENSORBOARD = "train.tensorboard";

  /** How long the end of a run waits for its last checkpoint. */
  private static final Duration LAST = Duration.ofMinutes(2);

  /** And when somebody waits for the process to end. */
  private static final Duration LAST_WHEN_INTERRUPTED = Duration.ofSeconds(8);

  private final Experiment experiment;
  private final RunFolder folder;
  private final SavedRun savedOrNull;
  private final Origin origin;
  private final Configuration hadoop;
  private final Summary summary;
  private final RunListener listener;
  private List<FolderListener> listeners = List.of();
  private Optional<LogFile<TensorBoardLog>> board = Optional.empty();
  private Lease lease;
  private RunCheckpoints checkpoints;
  private TrainState early;

  /**
   * Of a run that has not begun.
   *
   * @param savedOrNull what it goes on with, if it does
   */
  RunOutput(
      Experiment experiment,
      RunFolder folder,
      SavedRun savedOrNull,
      Configuration hadoop,
      DataPlan data,
      ModelSpec model,
      RunListener listener) {
    this.experiment = experiment;
    this.folder = folder;
    this.savedOrNull = savedOrNull;
    this.origin = Origins.of(experiment, data, model);
    this.listener = listener;
    if (savedOrNull != null) {
      savedOrNull.check(origin, listener);
      savedOrNull.check(experiment.plan(), data, model);
    }
    this.hadoop = hadoop;
    this.summary =
        new Summary(
            experiment.plan().seed(),
            Version.current(),
            data.description().classes() > 0,
            Machine.current(Processor.current().model()),
            model::libraries);
  }

  @Override
  public void accept(Event event) {
    // It may be asked to end before it begins, and leaves nothing then.
    boolean waits = lease == null && event instanceof Event.Waiting;
    if (event instanceof Event.Reading r) {
      listener.reading(r);
      return;
    }
    if (waits) {
      listener.on(event);
      return;
    }
    if (lease == null) begin();
    checkHeld();
    record(event);
    if (event instanceof Event.EpochDone)
      checkpoints.best(summary.bestStep(experiment.plan().stopping().metric()));
    checkpoints.outcomes().forEach(this::record);
  }

  /** Who listens: the list to add one to, told and closed in this order. */
  private List<FolderListener> listeners(EventLog log) {
    List<FolderListener> all =
        new ArrayList<>(
            List.of(
                new SummaryFile(summary, folder.file("summary.json"), hadoop),
                listener::on, // Not closed here.
                new LogFile<>(RunFolder.EVENTS, log, listener),
                new ReportFile(folder, hadoop, listener, lease, System::nanoTime)));
    // Closed whoever has the folder then, for it does not lie there.
    board.ifPresent(b -> all.add(b::on));
    return all;
  }

  private void record(Event event) {
    listeners.forEach(l -> l.on(event));
  }

  @Override
  public synchronized void save(TrainState state) {
    if (checkpoints == null) early = state;
    else checkpoints.accept(state);
  }

  /** A state may overtake the first event. */
  private synchronized void start(RunCheckpoints started) {
    checkpoints = started;
    if (early != null) checkpoints.accept(early);
    early = null;
  }

  private void checkHeld() {
    if (lease.lost())
      throw new FolderException(folder + " was taken over by another run; this one ends");
  }

  private void begin() {
    Checkpoint from = savedOrNull == null ? null : savedOrNull.checkpoint().orElse(null);
    EventLog log;
    // Before anything of an earlier run is deleted.
    board = tensorBoard(from == null);
    try {
      lease = savedOrNull == null ? folder.take() : savedOrNull.lease();
      if (from == null) {
        folder.create(experiment.resolved());
        log = EventLog.create(folder.file(RunFolder.EVENTS), hadoop);
      } else {
        folder.reopen(experiment.resolved());
        log = resumedLog();
      }
    } catch (IOException e) {
      throw new FolderException(folder + " cannot be written: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FolderException(folder + ": interrupted while waiting for it", e);
    }
    listeners = listeners(log);
    start(
        new RunCheckpoints(
            folder.checkpoints(lease.owner()),
            lease,
            origin,
            experiment.checkpoints().keep(),
            log));
    if (from == null) return;
    checkpoints.best(summary.bestStep(experiment.plan().stopping().metric()));
    record(new Event.Resumed(from.state().step(), from.state().epoch(), savedOrNull.skipped()));
  }

  private Optional<LogFile<TensorBoardLog>> tensorBoard(boolean fresh) {
    if (experiment.tensorBoard().isEmpty()) return Optional.empty();
    try {
      Path own = folder.ownIn(experiment.tensorBoard().get(), hadoop);
      TensorBoardLog log = TensorBoardLog.create(own, hadoop);
      if (fresh) log.begin();
      return Optional.of(new LogFile<>(TENSORBOARD, log, listener));
    } catch (IOException e) {
      throw new FolderException(TENSORBOARD + ": " + e.getMessage(), e);
    }
  }

  private EventLog resumedLog() throws IOException {
    Path file = folder.file(RunFolder.EVENTS);
    savedOrNull
        .events()
        .replay(
            file,
            hadoop,
            recorded -> {
              summary.replay(recorded);
              listener.earlier(recorded.event());
            });
    if (savedOrNull.events().unread() > 0 || !savedOrNull.events().complete()) summary.lost();
    return EventLog.resume(file, hadoop, savedOrNull.events().kept());
  }

  /** Saves the trained model, and lets listeners write what they have. */
  @Override
  public void finished(SavedModel model, boolean interrupted)
      throws IOException, InterruptedException {
    if (!checkpoints.finish(interrupted ? LAST_WHEN_INTERRUPTED : LAST))
      listener.warning("the last checkpoint could not be written in time");
    checkpoints.outcomes().forEach(this::record);
    checkHeld();
    try {
      ModelFolder.write(folder.file(RunFolder.MODEL), hadoop, model);
      for (FolderListener l : listeners) l.finished(model);
    } catch (IOException e) {
      throw new FolderException("the results cannot be written: " + e.getMessage(), e);
    }
  }

  /** Tells listeners of a run that failed, if it had begun. */
  @Override
  public void failed(Throwable failure) {
    if (lease == null || lease.lost()) return;
    for (FolderListener l : listeners) {
      try {
        l.failed(failure);
      } catch (IOException | RuntimeException second) {
        failure.addSuppressed(second);
      }
    }
  }

  /** Closes the listeners, also of a run that failed, and gives the folder back. */
  @Override
  public void close() {
    try {
      if (checkpoints != null) checkpoints.close();
      board.ifPresent(LogFile::close);
      if (lease != null && !lease.lost()) listeners.forEach(FolderListener::close);
    } finally {
      if (lease != null && savedOrNull == null) lease.close();
    }
  }
}
