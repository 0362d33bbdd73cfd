package io.kudari.run;

import io.kudari.checkpoint.ModelFolder;
import io.kudari.checkpoint.SavedModel;
import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.data.file.Location;
import io.kudari.event.FirstLine;
import io.kudari.run.TrialOutcome.Reason;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.train.DivergedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs trials for who does not know Spark: in an application of its own, which starts with the
 * first trial and ends with this. Not thread-safe.
 */
public final class TrialRunner implements AutoCloseable {

  private final SparkSettings settings;
  private final BooleanSupplier stop;
  private SparkSource.Session session;
  private SharedExamples shared;
  private Room room = Room.TASKS;

  /**
   * What the application has room for: so many ranks of so many threads in this process; with 0
   * ranks, as many as the master has room for; without threads, tasks of their own.
   */
  private record Room(int ranks, int threads) {

    static final Room TASKS = new Room(0, 0);
  }

  /**
   * A runner that has not started Spark.
   *
   * @param stop asked again and again: when it becomes true, what runs is cancelled
   */
  public TrialRunner(SparkSettings settings, BooleanSupplier stop) {
    this.settings = settings;
    this.stop = stop;
  }

  /**
   * For who does something between trainings.
   *
   * @throws CancellationException when asked to stop
   */
  public void requireGoingOn() {
    if (stop.getAsBoolean()) throw new CancellationException("the trials were to end");
  }

  /**
   * Trains them all, as many at once as there are slots.
   *
   * @param place where the configurations come from, for messages
   * @param configurations HOCON, as {@link Experiment#parse} reads it
   * @param ended told of each that has trained or diverged, by its number from 0
   * @throws ConfigurationException when one is refused: what had ended has been told
   * @throws RankLostException when the task of one was lost too often
   * @throws CancellationException when asked to stop
   */
  public void run(
      String place, List<String> configurations, BiConsumer<Integer, TrialOutcome> ended)
      throws InterruptedException {
    List<Experiment> experiments =
        configurations.stream()
            .map(c -> Experiment.parse(place, c, List.of(), settings.hadoop()))
            .toList();
    if (experiments.isEmpty()) return;
    JavaSparkContext context = context(Room.TASKS);
    if (shared == null) shared = new SharedExamples(context);
    Trials.run(
        context,
        shared,
        experiments,
        (trial, outcome) -> {
          check(outcome);
          ended.accept(trial, outcome);
        },
        stop);
  }

  /**
   * Trains one by {@code all-reduce} on ranks of this process, whatever the master, alone in an
   * application of its own. Where another application runs, it ends before.
   *
   * @param threads of each rank
   * @return that it has trained or diverged
   * @throws ConfigurationException when it is refused
   * @throws CancellationException when asked to stop
   * @throws IOException when a file system fails
   */
  public TrialOutcome runOnRanks(String place, String configuration, int ranks, int threads)
      throws IOException, InterruptedException {
    Experiment experiment = parse(place, configuration, onRanks(ranks, threads));
    TrialListener told = new TrialListener();
    JavaSparkContext context = context(new Room(ranks, threads));
    try {
      return told.trained(checked(Training.of(experiment).on(context).listen(told)));
    } catch (DivergedException e) {
      return new TrialOutcome.Failed(Reason.DIVERGED, FirstLine.of(e));
    }
  }

  /**
   * What came of a training on the calling thread.
   *
   * @param parameters none when it diverged
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Here(TrialOutcome outcome, float[] parameters) {}

  /**
   * Trains one on the calling thread, without Spark.
   *
   * @param start values that it begins with, by {@code train.initial-model}; none are drawn as the
   *     configuration says
   * @throws ConfigurationException when it is refused
   * @throws CancellationException when asked to stop
   * @throws IOException when a file system fails
   */
  public Here trainHere(String place, String configuration, float[] start)
      throws IOException, InterruptedException {
    if (start.length == 0) return trainHere(parse(place, configuration, TrialTask.SERIAL));
    Path folder = Files.createTempDirectory("kudari");
    Path model = folder.resolve("model");
    try {
      var path = new org.apache.hadoop.fs.Path(model.toUri());
      SavedModel saved = subject(place, configuration).saved(start);
      ModelFolder.write(path, settings.hadoop(), saved);
      String initial = "train.initial-model=\"" + model.toUri() + "\"";
      List<String> sets = new ArrayList<>(TrialTask.SERIAL);
      sets.add(initial);
      return trainHere(parse(place, configuration, sets));
    } finally {
      var files = new org.apache.hadoop.fs.Path(folder.toUri());
      Location.fileSystem(files, settings.hadoop()).delete(files, true);
    }
  }

  private Here trainHere(Experiment experiment) throws IOException, InterruptedException {
    TrialListener told = new TrialListener();
    try {
      Outcome outcome = checked(Training.of(experiment).on(settings).listen(told));
      return new Here(told.trained(outcome), outcome.parameters());
    } catch (DivergedException e) {
      return new Here(new TrialOutcome.Failed(Reason.DIVERGED, FirstLine.of(e)), new float[0]);
    }
  }

  /**
   * What one would train.
   *
   * @throws ConfigurationException when it is refused
   * @throws IOException when a file system fails
   */
  public Subject subject(String place, String configuration) throws IOException {
    return Subject.of(parse(place, configuration, List.of()), settings.hadoop());
  }

  private Experiment parse(String place, String configuration, List<String> overrides) {
    return Experiment.parse(place, configuration, overrides, settings.hadoop());
  }

  /** The same threads as the application has for a task, whatever the configuration asks for. */
  private static List<String> onRanks(int ranks, int threads) {
    return List.of("train.strategy=all-reduce", "train.ranks=" + ranks, "train.threads=" + threads);
  }

  private Outcome checked(Training training) throws IOException, InterruptedException {
    Outcome outcome = training.stopWhen(stop).run();
    if (outcome.isInterrupted()) throw new CancellationException("the trial was to end");
    return outcome;
  }

  /**
   * Trains by {@code all-reduce} until its steps have been timed, alone in the application.
   *
   * @param place where the configuration comes from, for messages
   * @param configuration HOCON of a training that takes long enough
   * @param threads of each rank: {@code spark.task.cpus}
   * @param seconds to measure, after half as long a warm-up
   * @throws ConfigurationException when it is refused
   * @throws io.kudari.spark.cluster.RankSlots.UnsuitableException when there is no room
   * @throws CancellationException when asked to stop
   * @throws IOException when a file system fails
   */
  public StepTiming time(String place, String configuration, int ranks, int threads, double seconds)
      throws IOException, InterruptedException {
    Experiment experiment = parse(place, configuration, onRanks(ranks, threads));
    TimingListener timed = new TimingListener(seconds);
    JavaSparkContext context = context(new Room(0, threads));
    Training.of(experiment)
        .on(context)
        .listen(timed)
        .stopWhen(() -> timed.isDone() || stop.getAsBoolean())
        .run();
    if (!timed.isDone()) {
      if (stop.getAsBoolean()) throw new CancellationException("the timing was to end");
      throw new ConfigurationException(place + ": the training ended before it was timed");
    }
    return timed.timing(Cores.of(context));
  }

  /** The application, which starts anew where room of another kind is needed. */
  private JavaSparkContext context(Room needed) {
    if (session != null && room.equals(needed)) return session.context();
    close();
    settings.check();
    session = session(needed);
    room = needed;
    return session.context();
  }

  private SparkSource.Session session(Room needed) {
    if (needed.equals(Room.TASKS)) return settings.forTasks();
    if (needed.ranks() == 0) return settings.withThreads(needed.threads()).forRanks(0, 0);
    return settings.here(needed.ranks(), needed.threads()).forRanks(needed.ranks(), 0);
  }

  private static void check(TrialOutcome outcome) {
    if (!(outcome instanceof TrialOutcome.Failed failed)) return;
    switch (failed.reason()) {
      case DIVERGED -> {}
      case REFUSED -> throw new ConfigurationException(failed.line());
      case LOST -> throw new RankLostException(failed.line(), null);
      case FAILED -> throw new IllegalStateException(failed.line());
    }
  }

  /** Ends Spark, if it has started. */
  @Override
  public void close() {
    if (shared != null) shared.close();
    if (session != null) session.close();
    session = null;
    shared = null;
  }
}
