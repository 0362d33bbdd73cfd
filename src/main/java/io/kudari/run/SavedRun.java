package io.kudari.run;

import io.kudari.checkpoint.Checkpoint;
import io.kudari.checkpoint.CheckpointStore;
import io.kudari.checkpoint.Lease;
import io.kudari.checkpoint.Origin;
import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.config.ResumeRules;
import io.kudari.data.DataException;
import io.kudari.event.Event;
import io.kudari.model.ModelSpec;
import io.kudari.record.EventLog;
import io.kudari.record.RecordedEvents;
import io.kudari.state.StateException;
import io.kudari.train.DataPlan;
import io.kudari.train.StateRules;
import io.kudari.train.TrainingPlan;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;

/**
 * A run that is to go on: what its folder holds. Nobody else writes there until it is closed.
 *
 * @param folder of the run
 * @param lease of this process
 * @param checkpoint the newest valid one; none when the run died before its first
 * @param skipped newer ones that are damaged: one line each
 * @param events which of them the checkpoint knows
 */
public record SavedRun(
    RunFolder folder,
    Lease lease,
    Optional<Checkpoint> checkpoint,
    List<String> skipped,
    RecordedEvents events)
    implements AutoCloseable {

  /**
   * Takes the folder's lease and finds the newest valid checkpoint.
   *
   * @param listener told of damaged checkpoints
   * @throws FolderException when the folder is in use
   * @throws DataException when it has nothing valid
   */
  public static SavedRun open(RunFolder folder, Configuration hadoop, RunListener listener)
      throws IOException, InterruptedException {
    Lease lease = folder.take();
    try {
      CheckpointStore store = folder.checkpoints(lease.owner());
      store.sweep();
      CheckpointStore.Found found = store.newest();
      if (found.otherFormat().isPresent())
        throw new DataException(found.otherFormat().get() + again(folder));
      if (found.checkpoint().isEmpty()) checkBeginning(folder, found.skipped());
      for (String line : found.skipped())
        listener.warning("skipping a checkpoint that is not valid: " + line);
      return new SavedRun(
          folder,
          lease,
          found.checkpoint(),
          found.skipped(),
          events(folder, hadoop, found.checkpoint(), listener));
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  /** Without a checkpoint, only a run that died before its first may begin again. */
  private static void checkBeginning(RunFolder folder, List<String> skipped) throws IOException {
    String again = again(folder);
    if (!skipped.isEmpty())
      throw new DataException(
          "%s: none of %d checkpoints is valid: %s%s"
              .formatted(folder, skipped.size(), String.join("; ", skipped), again));
    if (!folder.isComplete() && folder.status().isPresent()) {
      throw new DataException(
          folder + ": has no checkpoint, and ended as " + folder.status().get() + again);
    }
  }

  /**
   * Tells of a configuration that was changed in the folder: whoever edits it may think that it
   * counts.
   */
  public void tellEdits(RunListener listener) throws IOException {
    if (checkpoint.isEmpty()) return;
    String file = folder.config().orElse("");
    if (file.equals(checkpoint.get().origin().config())) return;
    listener.warning(
        RunFolder.CONFIG
            + " is not the configuration of the checkpoint of step "
            + checkpoint.get().state().step()
            + ", which is gone on with; --set changes it");
  }

  private static String again(RunFolder folder) {
    return "; train CONFIG --out " + folder + " --overwrite begins again";
  }

  private static RecordedEvents events(
      RunFolder folder, Configuration hadoop, Optional<Checkpoint> checkpoint, RunListener listener)
      throws IOException {
    if (checkpoint.isEmpty()) return RecordedEvents.NONE;
    EventLog.repair(folder.file(RunFolder.EVENTS), hadoop);
    RecordedEvents events =
        RecordedEvents.upTo(
            checkpoint.get().state(),
            checkpoint.get().eventBytes(),
            folder.file(RunFolder.EVENTS),
            hadoop);
    if (events.unread() > 0) {
      listener.warning(
          RunFolder.EVENTS
              + ": "
              + (events.unread() == 1 ? "1 line" : events.unread() + " lines")
              + " of the first part cannot be read: its curves and figures are incomplete; the"
              + " parameters are not affected");
    }
    if (!events.complete()) {
      listener.warning(
          RunFolder.EVENTS
              + " is shorter than it was at the checkpoint: the first part's curves and figures"
              + " are incomplete; the parameters are not affected");
    }
    return events;
  }

  /**
   * The experiment to go on with.
   *
   * @param fileOrNull location of a configuration to use in the place of the saved one
   * @param sets overrides
   * @throws ConfigurationException when a setting differs that must not; shows each
   */
  public Experiment experiment(String fileOrNull, List<String> sets, Configuration hadoop)
      throws IOException {
    Optional<String> saved = config();
    if (fileOrNull == null && saved.isEmpty())
      throw new DataException(folder + ": has no configuration: CONFIG must be given");
    Experiment experiment =
        fileOrNull == null
            ? again(saved.get(), sets, hadoop)
            : Experiment.read(fileOrNull, sets, hadoop);
    checkSettings(experiment);
    return experiment;
  }

  /**
   * Checks an experiment that is to go on with.
   *
   * @throws ConfigurationException when a setting differs that must not; shows each
   */
  public void checkSettings(Experiment experiment) throws IOException {
    Optional<String> saved = config();
    if (saved.isPresent())
      refuse(
          ResumeRules.differences(place(), saved.get(), experiment.resolved()),
          ConfigurationException::new);
  }

  /** The configuration that it had. */
  private Optional<String> config() throws IOException {
    return checkpoint.isPresent() ? checkpoint.map(c -> c.origin().config()) : folder.config();
  }

  private Experiment again(String saved, List<String> sets, Configuration hadoop) {
    List<String> all = new ArrayList<>(ResumeRules.unsaid(place(), saved));
    all.addAll(sets);
    return Experiment.parse(place(), saved, all, hadoop);
  }

  private String place() {
    return folder + ": saved configuration";
  }

  /**
   * Checks data and model, and warns when other versions compute.
   *
   * @throws DataException when they are not those of the checkpoint; shows each difference
   */
  void check(Origin now, RunListener listener) {
    if (checkpoint.isEmpty()) return;
    Origin saved = checkpoint.get().origin();
    refuse(saved.differences(now), DataException::new);
    List<String> versions = saved.versionDifferences(now);
    if (!versions.isEmpty()) {
      listener.warning("the parameters may end with other bits: " + String.join("; ", versions));
    }
  }

  /**
   * Checks the checkpoint's state against the data, which must be its own.
   *
   * @throws StateException when no step ends there
   */
  void check(TrainingPlan plan, DataPlan data, ModelSpec model) {
    if (checkpoint.isPresent())
      StateRules.check(checkpoint.get().state(), plan, data, model.layout());
  }

  /** What to tell of the checkpoint from whose state nothing can go on. */
  DataException unfit(StateException reason) {
    String name = checkpoint.map(c -> CheckpointStore.name(c.state().step())).orElse("no state");
    return new DataException(
        "%s: %s: %s%s".formatted(folder, name, reason.getMessage(), again(folder)), reason);
  }

  private void refuse(List<String> differences, Function<String, RuntimeException> refusal) {
    if (differences.isEmpty()) return;
    throw refusal.apply(
        folder + " cannot go on with a difference: " + String.join("; ", differences));
  }

  /**
   * Why a run that has ended stays so: one line. Nothing when there is something to do.
   *
   * @throws DataException when more is asked of a run that has ended without a checkpoint
   */
  public Optional<String> end(TrainingPlan now) throws IOException {
    if (!folder.isComplete()) return Optional.empty();
    if (checkpoint.isPresent()) return continuation(now).orElseThrow().end(folder.toString());
    Optional<String> saved = folder.config();
    if (saved.isPresent() && Continuation.asksMore(plan(place(), saved.get()), now))
      throw new DataException(folder + ": has no checkpoint to go on from");
    return Optional.of(folder + " is complete, and has no checkpoint to go on from");
  }

  /**
   * What a run that stays as it is has ended with, told to a listener as what happened earlier.
   *
   * @param now what is planned
   * @param network of its model
   * @throws ConfigurationException when it ended by other rules than are planned, and so perhaps
   *     elsewhere
   * @throws DataException when there is no checkpoint that would tell of which data it is, its
   *     model is damaged, or its events do not tell the end
   */
  Outcome outcome(TrainingPlan now, ModelSpec network, Configuration hadoop, RunListener listener)
      throws IOException {
    Continuation ended =
        continuation(now)
            .orElseThrow(
                () ->
                    new DataException(
                        folder
                            + " has ended without a checkpoint, so its examples cannot be compared"
                            + again(folder)));
    Optional<String> rule = ended.otherRule();
    if (rule.isPresent())
      throw new ConfigurationException(
          "%s has ended by another %s, and by this one might have ended elsewhere%s"
              .formatted(folder, rule.get(), again(folder)));
    Ending ending = new Ending();
    tell(
        hadoop,
        event -> {
          ending.on(event);
          listener.earlier(event);
        });
    if (!ending.isTold())
      throw new DataException(
          folder.file(RunFolder.EVENTS) + " does not tell how the run ended" + again(folder));
    return ending.outcome(folder.model(hadoop), network);
  }

  private void tell(Configuration hadoop, Consumer<Event> listener) throws IOException {
    try {
      folder.events(hadoop, recorded -> listener.accept(recorded.event()));
    } catch (FileNotFoundException e) {
      throw new DataException(folder.file(RunFolder.EVENTS) + " is missing" + again(folder), e);
    }
  }

  /** How it goes on from its checkpoint, if there is one. */
  Optional<Continuation> continuation(TrainingPlan now) {
    return checkpoint.map(
        c -> new Continuation(plan(place(), c.origin().config()), now, c.state()));
  }

  /**
   * Checks a checkpoint's state against its own configuration: the sums of its files say only that
   * they are as somebody has written them.
   *
   * @throws DataException when no run of that configuration reaches it, or it is none
   */
  static void checkState(Checkpoint checkpoint) {
    try {
      StateRules.check(checkpoint.state(), plan("config.conf", checkpoint.origin().config()));
    } catch (StateException | ConfigurationException e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  /** What a saved configuration plans, whatever its model, whose file may have moved. */
  private static TrainingPlan plan(String place, String config) {
    List<String> noModel = List.of("model=null", "model.layers=[{type=dense}]");
    return Experiment.parse(place, config, noModel, new Configuration()).plan();
  }

  /** Gives the lease back. */
  @Override
  public void close() {
    lease.close();
  }
}
