package io.kudari.run;

import io.kudari.config.Experiment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A training that can be run: an experiment, and where it runs, who listens, what is left. It
 * touches neither the terminal nor signals, and never ends the process.
 *
 * <pre>{@code
 * Experiment experiment = Experiment.read(new File("conf/tabular.conf"), List.of("train.epochs=5"));
 * Outcome outcome = Training.of(experiment).folder("out/tabular").run();
 * }</pre>
 *
 * <p>Immutable: every method that changes something gives another training.
 */
public final class Training {

  private final Experiment experiment;
  private final SparkSource spark;
  private final List<RunListener> listeners;
  private final BooleanSupplier stop;
  private final Optional<Place> place;
  private final Frames frames;

  /** Where results go. */
  private record Place(String location, boolean overwrite, Optional<SavedRun> saved) {}

  private Training(
      Experiment experiment,
      SparkSource spark,
      List<RunListener> listeners,
      BooleanSupplier stop,
      Optional<Place> place,
      Frames frames) {
    this.experiment = experiment;
    this.spark = spark;
    this.listeners = listeners;
    this.stop = stop;
    this.place = place;
    this.frames = frames;
  }

  /**
   * A training that nobody listens to, that leaves nothing but its {@link Outcome}, and that starts
   * Spark in this process if its strategy needs it.
   */
  public static Training of(Experiment experiment) {
    return new Training(
        experiment, SparkSettings.DEFAULT, List.of(), () -> false, Optional.empty(), Frames.NONE);
  }

  /**
   * The same in a Spark application that exists already, and is not ended. Several may train in it,
   * one after the other or at once, on threads of their own: ranks of {@code all-reduce} wait for
   * as many slots as {@code train.ranks} says, all that there are when it says none, in the order
   * in which they asked.
   */
  public Training on(JavaSparkContext context) {
    return new Training(experiment, new GivenSpark(context), listeners, stop, place, frames);
  }

  /** The same with Spark from elsewhere. */
  Training from(SparkSource other) {
    return new Training(experiment, other, listeners, stop, place, frames);
  }

  /** The same in a Spark application of its own, if its strategy needs one. */
  public Training on(SparkSettings settings) {
    return new Training(experiment, settings, listeners, stop, place, frames);
  }

  /**
   * The same with the rows of a data frame as its training examples, in the Spark application of
   * the frame. The experiment's {@code data.train} has {@code format = table} and says which
   * columns they are; the frame is computed by tasks, twice: once to describe its rows, once to
   * deal them to ranks. The session of the frame is left as it was.
   */
  public Training data(Dataset<Row> train) {
    return with(train, new Frames(Optional.of(train), frames.test(), frames.classNames()));
  }

  /** Likewise for the examples of {@code data.test}. */
  public Training test(Dataset<Row> test) {
    return with(test, new Frames(frames.train(), Optional.of(test), frames.classNames()));
  }

  /**
   * The same whose model calls the classes so, where labels are numbers and there are as many.
   *
   * @param names in the order of the numbers, or none
   * @throws IllegalArgumentException when two of them are the same class; one line
   */
  public Training classNames(List<String> names) {
    return new Training(experiment, spark, listeners, stop, place, frames.named(names));
  }

  private Training with(Dataset<Row> frame, Frames others) {
    SparkSource of =
        new GivenSpark(JavaSparkContext.fromSparkContext(frame.sparkSession().sparkContext()));
    return new Training(experiment, of, listeners, stop, place, others);
  }

  /** The same with one more listener, told after those before it; the caller closes it. */
  public Training listen(RunListener listener) {
    List<RunListener> more = new ArrayList<>(listeners);
    more.add(listener);
    return new Training(experiment, spark, List.copyOf(more), stop, place, frames);
  }

  /**
   * The same that ends after the step during which this becomes true, with the parameters of that
   * step. One that has to wait for slots ends without any, by an exception.
   *
   * @param stop asked at every step, on any thread of this process; must not block
   */
  public Training stopWhen(BooleanSupplier stop) {
    return new Training(experiment, spark, listeners, stop, place, frames);
  }

  /**
   * The same with its results in a folder: events, summary, configuration, model, report, and the
   * checkpoints that the experiment asks for.
   *
   * @param location a path or URI; nothing, or an empty folder, until the training begins
   */
  public Training folder(String location) {
    return at(new Place(location, false, Optional.empty()));
  }

  /** As {@link #folder}, and the results of an earlier training there are replaced. */
  public Training overwriting(String location) {
    return at(new Place(location, true, Optional.empty()));
  }

  /**
   * The same as the rest of one that has ended, or died, before. Where nothing is left to do,
   * {@link #run} checks the data, trains nothing, and gives what that one ended with.
   */
  public Training resuming(SavedRun saved) {
    return at(new Place(saved.folder().toString(), false, Optional.of(saved)));
  }

  private Training at(Place other) {
    return new Training(experiment, spark, listeners, stop, Optional.of(other), frames);
  }

  /**
   * Trains.
   *
   * @throws io.kudari.config.ConfigurationException when the experiment does not fit its data
   * @throws io.kudari.data.DataException when data cannot be read, or there is no memory for them
   * @throws FolderException when the folder is not empty, is in use, or cannot be written
   * @throws io.kudari.train.DivergedException when the loss is not finite
   * @throws io.kudari.spark.cluster.RankLostException when ranks were lost more often than is
   *     allowed
   * @throws io.kudari.spark.cluster.RankSlots.UnsuitableException when Spark has no room for the
   *     ranks, or its settings forbid them
   * @throws java.util.concurrent.CancellationException when it was asked to end while it waited for
   *     slots that others had, or somebody has cancelled one of its jobs
   * @throws IOException when a file system fails
   * @throws InterruptedException when the thread was interrupted
   */
  public Outcome run() throws IOException, InterruptedException {
    Ending ending = new Ending();
    List<RunListener> all = new ArrayList<>(listeners);
    all.add(ending);
    return prepared(all).run(ending);
  }

  /**
   * Tells what it would do. Configuration, data, model, folder and this process's memory are
   * checked as {@link #run} checks them before it trains, but no Spark is started unless it reads
   * the data, nothing is trained, and nothing is left behind. What only Spark or another machine
   * can refuse, such as the memory of executors, a run alone refuses.
   *
   * @throws IllegalStateException when it is the rest of another training
   * @throws io.kudari.config.ConfigurationException when the experiment does not fit its data
   * @throws io.kudari.data.DataException when data cannot be read, or there is no memory for them
   * @throws FolderException when the folder is not empty or is in use
   * @throws io.kudari.spark.cluster.RankSlots.UnsuitableException when Spark's settings forbid the
   *     ranks, or leave no room for them
   * @throws IOException when a file system fails
   * @throws InterruptedException when the thread was interrupted
   */
  public RunPlan plan() throws IOException, InterruptedException {
    if (place.flatMap(Place::saved).isPresent())
      throw new IllegalStateException("a plan is of a whole training, not of the rest of one");
    return prepared(listeners).plan();
  }

  private TrainingRun prepared(List<RunListener> told) throws IOException, InterruptedException {
    Optional<RunFolder> folder = Optional.empty();
    if (place.isPresent()) folder = Optional.of(folder(place.get()));
    SavedRun saved = place.flatMap(Place::saved).orElse(null);
    return new TrainingRun(experiment, folder, saved, spark, new Listeners(told), stop, frames);
  }

  private RunFolder folder(Place place) throws IOException, InterruptedException {
    if (place.saved().isPresent()) return place.saved().get().folder();
    return RunFolder.check(place.location(), place.overwrite(), spark.hadoop());
  }
}
