package io.kudari.run;

import io.kudari.checkpoint.SavedModel;
import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.config.RecoverySettings;
import io.kudari.config.StrategySettings;
import io.kudari.config.StrategySettings.Strategy;
import io.kudari.data.ReadProgress;
import io.kudari.data.SetReader;
import io.kudari.data.SourceReader;
import io.kudari.data.StoreWriter;
import io.kudari.engine.processor.NativeSetup;
import io.kudari.event.Event;
import io.kudari.model.FrozenModel;
import io.kudari.model.ModelSpec;
import io.kudari.spark.AllReduce;
import io.kudari.spark.DriverWorkers;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.cluster.TaskCores;
import io.kudari.spark.recovery.AttemptRules;
import io.kudari.state.StateException;
import io.kudari.train.DataPlan;
import io.kudari.train.Dealing;
import io.kudari.train.LeastShard;
import io.kudari.train.Requests;
import io.kudari.train.SnapshotRule;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import io.kudari.train.worker.SerialWorkers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/** One training: checks everything, trains by the strategy asked for, hands on what happens. */
final class TrainingRun {

  /** Fewer examples a worker and step than this leave its matrix products slow. */
  private static final int FEW = 16;

  private final Experiment experiment;
  private final Optional<RunFolder> folder;
  private final SavedRun savedOrNull;
  private final SparkSource spark;
  private final RunListener listener;
  private final BooleanSupplier stop;
  private final Frames frames;

  /** Where it has kept examples. */
  private final List<StoreWriter.Room> rooms = new ArrayList<>();

  /**
   * A training, or the rest of one.
   *
   * @param savedOrNull what to go on with
   * @param frames that code gives it
   */
  TrainingRun(
      Experiment experiment,
      Optional<RunFolder> folder,
      SavedRun savedOrNull,
      SparkSource spark,
      RunListener listener,
      BooleanSupplier stop,
      Frames frames) {
    this.experiment = experiment;
    this.folder = folder;
    this.savedOrNull = savedOrNull;
    this.spark = spark;
    this.listener = listener;
    this.stop = stop;
    this.frames = frames;
  }

  Outcome run(Ending ending) throws IOException, InterruptedException {
    if (readsBySpark()) return withSpark(opened -> opened.run(ending));
    try {
      return trained(ending);
    } catch (StateException e) {
      // A state of this run's own fits.
      throw savedOrNull == null ? e : savedOrNull.unfit(e);
    } finally {
      rooms.forEach(StoreWriter.Room::close);
    }
  }

  /** What becomes of a run. */
  private interface Use<T> {
    T of(TrainingRun run) throws IOException, InterruptedException;
  }

  /** Whether tasks of Spark read the data, because this process cannot, or a cluster is faster. */
  private boolean readsBySpark() {
    boolean onCluster =
        experiment.strategy().strategy() != Strategy.SERIAL && !spark.isLocal() && !spark.isGiven();
    return onCluster || frames.areNeeded(experiment.data());
  }

  /** Runs with Spark from the beginning on, whatever the strategy. */
  private <T> T withSpark(Use<T> use) throws IOException, InterruptedException {
    spark.check();
    SparkSource source = frames.areNeeded(experiment.data()) ? spark.forTables() : spark;
    boolean ranks = experiment.strategy().strategy() == Strategy.ALL_REDUCE;
    try (SparkSource.Session session = ranks ? forRanks(source) : source.forTasks()) {
      // Jobs wait for ever for executors that can never come.
      if (!spark.isGiven()) RankSlots.awaitOne(session.context(), listener::notice);
      Experiment opened = experiment.with(frames.in(session.context(), experiment.data()));
      SparkSource given = new GivenSpark(session.context());
      return use.of(
          new TrainingRun(opened, folder, savedOrNull, given, listener, stop, frames.opened()));
    }
  }

  private SparkSource.Session forRanks(SparkSource source) {
    return source.forRanks(experiment.strategy().ranks(), experiment.strategy().threads());
  }

  /** What a run begins with: read, and checked against each other. */
  private record Checked(
      DataPlan.Prepared prepared,
      Event.Described described,
      ModelSpec model,
      ModelSpec trained,
      HeapCheck heap) {

    DataPlan data() {
      return prepared.plan();
    }
  }

  /** What it would do: checked as a run is, of which nothing is left. */
  RunPlan plan() throws IOException, InterruptedException {
    if (frames.areNeeded(experiment.data())) return withSpark(TrainingRun::plan);
    try {
      return plan(checked());
    } finally {
      rooms.forEach(StoreWriter.Room::close);
    }
  }

  private RunPlan plan(Checked checked) throws IOException {
    Optional<RankSlots> ranks = ranks();
    boolean here = isHere();
    Optional<HeapCheck.Need> need = ranks.map(found -> checked.heap.foreseen(found, here));
    if (!isFresh()) {
      TrainState unused = begin(checked.trained, spark.hadoop());
    }
    return RunPlan.of(
        experiment,
        checked.data(),
        checked.model,
        checked.trained,
        new RunPlan.Place(
            experiment.strategy().strategy().id(), experiment.strategy().workers(), ranks, here),
        need);
  }

  /** The ranks or tasks that there would be, where that is known before Spark starts. */
  private Optional<RankSlots> ranks() {
    int alone = threadsAlone();
    return switch (experiment.strategy().strategy()) {
      case SERIAL -> Optional.of(new RankSlots(1, 1));
      case DRIVER -> Optional.of(new RankSlots(tasks(spark.tasks()), 1)).filter(r -> r.ranks() > 0);
      case ALL_REDUCE ->
          (alone > 0 ? Optional.of(new RankSlots(1, alone)) : ranksOfSpark()).map(this::used);
    };
  }

  private Optional<RankSlots> ranksOfSpark() {
    return spark.ranks(asked());
  }

  private RankSlots.Asked asked() {
    StrategySettings strategy = experiment.strategy();
    return new RankSlots.Asked(strategy.ranks(), strategy.threads(), strategy.workers());
  }

  /** Of a rank's threads, those beyond its workers have nothing to do. */
  private RankSlots used(RankSlots room) {
    int workers = experiment.strategy().workers() / room.ranks();
    return new RankSlots(room.ranks(), Math.min(room.threads(), workers));
  }

  /** Tasks of the strategy driver, of which Spark would make so many. */
  private int tasks(int usual) {
    int asked = experiment.strategy().ranks();
    return asked > 0 ? asked : Math.min(usual, experiment.strategy().workers());
  }

  private boolean isHere() {
    return experiment.strategy().strategy() == Strategy.SERIAL || spark.isLocal();
  }

  private Checked checked() throws IOException {
    Configuration hadoop = spark.hadoop();
    if (experiment.tensorBoard().isPresent() && folder.isPresent()) {
      Path unused = folder.get().ownIn(experiment.tensorBoard().get(), hadoop);
    }
    if (experiment.strategy().strategy() != Strategy.SERIAL && threadsAlone() == 0) spark.check();
    // Workers elsewhere load them there, and ND4J loads more of its own.
    if (isHere() && Models.isProgram(experiment.model())) NativeSetup.begin();
    Models.check(experiment.model(), experiment.data().train().task());
    // A set that is made tells its size before it is.
    experiment
        .data()
        .train()
        .generated()
        .ifPresent(set -> HeapCheck.read(experiment, set.description(), spark));
    long begun = System.nanoTime();
    DataPlan.Prepared prepared =
        DataPlan.prepare(
            experiment.data(),
            reader(hadoop).watched(this::tell),
            keeps(),
            experiment.strategy().workers(),
            experiment.plan().seed(),
            found -> HeapCheck.read(experiment, found, spark));
    double seconds = (System.nanoTime() - begun) / 1e9;
    Event.Described described = new Event.Described(seconds, prepared.read(), prepared.invalid());
    DataPlan data = prepared.plan();
    ModelSpec model = Models.open(experiment.model(), data.description().shape(), data.outputs());
    ModelSpec trained = frozen(model);
    checkShards(data, model);
    data.checkFollower(experiment.plan());
    announce(data, model);
    tellChanges(data, model);
    if (data.testDescriptionOrNull() != null)
      data.testDescriptionOrNull().notes().forEach(listener::warning);
    HeapCheck heap = new HeapCheck(experiment, data, model, spark.room());
    heap.start(spark.isLocal());
    return new Checked(prepared, described, model, trained, heap);
  }

  private void tell(ReadProgress progress) {
    listener.reading(Dealing.told(progress));
  }

  /** Whether all workers are in this process, which then reads a source once. */
  private boolean keeps() {
    return experiment.strategy().strategy() == Strategy.SERIAL || threadsAlone() > 0;
  }

  private SetReader reader(Configuration hadoop) {
    return spark.reader(here(hadoop));
  }

  private SourceReader here(Configuration hadoop) {
    boolean serial = experiment.strategy().strategy() == Strategy.SERIAL;
    int threads = serial ? 1 : Math.max(threadsAlone(), Runtime.getRuntime().availableProcessors());
    long heap = spark.room().examples(experiment.data().rules().memory());
    StoreWriter.Room room = new StoreWriter.Room(heap, spark.folder());
    rooms.add(room);
    return new SourceReader(hadoop, threads, room);
  }

  private Outcome trained(Ending ending) throws IOException, InterruptedException {
    Configuration hadoop = spark.hadoop();
    Checked c = checked();
    try (Results results = results(hadoop, c.data(), c.model)) {
      Optional<String> end = end();
      if (end.isPresent()) {
        listener.notice(end.get());
        return savedOrNull.outcome(experiment.plan(), c.model, hadoop, listener);
      }
      try {
        TrainingLoop.Result result = train(hadoop, c, results);
        SavedModel saved = saved(result, c.data(), c.model);
        results.finished(saved, result.interrupted());
        return ending.outcome(saved, c.model);
      } catch (Throwable failure) {
        results.failed(failure);
        throw failure;
      }
    }
  }

  /** Why there is nothing to do, if so. */
  private Optional<String> end() throws IOException {
    return savedOrNull == null ? Optional.empty() : savedOrNull.end(experiment.plan());
  }

  private Results results(Configuration hadoop, DataPlan data, ModelSpec model) {
    if (folder.isEmpty()) {
      if (experiment.tensorBoard().isPresent())
        listener.warning("train.tensorboard is of runs that leave a folder: no event file");
      return Results.unrecorded(listener);
    }
    return new RunOutput(experiment, folder.get(), savedOrNull, hadoop, data, model, listener);
  }

  private SavedModel saved(TrainingLoop.Result result, DataPlan data, ModelSpec model) {
    return new SavedModel(
        experiment.model().json(),
        model.layout(),
        result.parameters(),
        result.normalizer(),
        frames.named(data.schema()),
        data.sampler().workers(),
        model.loss(),
        Version.current());
  }

  private void checkShards(DataPlan data, ModelSpec model) {
    try {
      LeastShard.check(experiment.plan(), data, model.layout());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(e.getMessage(), e);
    }
  }

  private TrainingLoop.Result train(Configuration hadoop, Checked checked, Results results)
      throws IOException, InterruptedException {
    DataPlan data = checked.data();
    ModelSpec model = checked.trained;
    HeapCheck heap = checked.heap;
    List<Event> before = List.of(checked.described);
    return switch (experiment.strategy().strategy()) {
      case SERIAL -> {
        if (!spark.isGiven()) yield serial(hadoop, checked, results);
        try (SparkSource.Session session = spark.forTasks();
            Results shown = shown(session, results)) {
          yield serial(hadoop, checked, shown);
        }
      }
      case DRIVER -> {
        try (SparkSource.Session session = spark.forTasks();
            Results shown = shown(session, results)) {
          DriverWorkers tasks = driver(session.context(), data, model, heap);
          yield loop(checked, tasks, tasks::deal, hadoop, shown);
        }
      }
      case ALL_REDUCE -> {
        if (threadsAlone() > 0) yield alone(hadoop, checked, results);
        try (SparkSource.Session session = forRanks(spark);
            Results shown = shown(session, results)) {
          yield AllReduce.run(
              session.context(),
              model,
              data,
              experiment.plan(),
              attempts(session.context(), heap),
              isFresh() ? null : begin(model, hadoop),
              shown::save,
              new Beginning(shown, before),
              stop);
        }
      }
    };
  }

  private TrainingLoop.Result serial(Configuration hadoop, Checked checked, Results results)
      throws IOException {
    TrainingPlan plan = experiment.plan();
    Dealing dealing = dealing(checked, hadoop).watched(this::tell);
    SerialWorkers alone =
        new SerialWorkers(
            checked.trained, checked.data(), dealing, plan.seed(), requests(), plan.exchange());
    return loop(checked, alone, alone::dealt, hadoop, results);
  }

  /** Shown by Spark as well. */
  private Results shown(SparkSource.Session session, Results results) {
    String name = folder.map(RunFolder::toString).orElse("");
    return ShownResults.in(session.context(), name, listener, results);
  }

  /** Gives what was kept; where nothing was, what lies in a file is of no use. */
  private Dealing dealing(Checked checked, Configuration hadoop) {
    if (checked.prepared.train().isEmpty() && checked.prepared.test().isEmpty())
      rooms.forEach(StoreWriter.Room::close);
    return checked.prepared.dealing(reader(hadoop));
  }

  private AttemptRules attempts(JavaSparkContext context, HeapCheck heap)
      throws InterruptedException {
    TaskCores.shortfall(context.getConf(), experiment.strategy().threads())
        .ifPresent(listener::warning);
    RankSlots slots = RankSlots.of(context, asked(), listener::notice);
    heap.ranks(context, slots.ranks(), slots.threads());
    return rules(slots.ranks(), slots.threads());
  }

  private AttemptRules rules(int ranks, int threads) {
    RecoverySettings recovery = experiment.strategy().recovery();
    return new AttemptRules(
        ranks,
        threads,
        experiment.strategy().link(),
        experiment.strategy().topology(),
        experiment.strategy().port(),
        Math.min(ranks, recovery.minRanks()),
        recovery.retries(),
        experiment.checkpoints().rule());
  }

  /** Threads of the strategy all-reduce without Spark, or 0 when it needs Spark. */
  private int threadsAlone() {
    boolean ranks = experiment.strategy().strategy() == Strategy.ALL_REDUCE;
    StrategySettings asked = experiment.strategy();
    return ranks ? spark.threadsAlone(asked.ranks(), asked.threads()) : 0;
  }

  private TrainingLoop.Result alone(Configuration hadoop, Checked checked, Results results)
      throws IOException, InterruptedException {
    int threads = threadsAlone();
    ModelSpec model = checked.trained;
    checked.heap.alone(threads);
    return AllReduce.runAlone(
        hadoop,
        model,
        checked.data(),
        dealing(checked, hadoop),
        experiment.plan(),
        rules(1, threads),
        isFresh() ? null : begin(model, hadoop),
        results::save,
        new Beginning(results, List.of(checked.described)),
        stop);
  }

  /**
   * Of training in this process: without a folder there is nowhere to save a state. Ranks state
   * theirs for recovery as well.
   */
  private SnapshotRule rule() {
    return folder.isEmpty() ? SnapshotRule.NEVER : experiment.checkpoints().rule();
  }

  private Requests requests() {
    return Requests.of(stop, rule(), System::nanoTime);
  }

  /** Whether it begins with drawn parameters, which every rank draws for itself. */
  private boolean isFresh() {
    return continuation().isEmpty() && experiment.initialModel().isEmpty();
  }

  /** The state to begin with or to go on from. */
  private TrainState begin(ModelSpec model, Configuration hadoop) throws IOException {
    Optional<TrainState> saved = continuation().map(Continuation::state);
    return saved.isPresent() ? saved.get() : InitialModel.state(experiment, model, hadoop);
  }

  private ModelSpec frozen(ModelSpec model) {
    try {
      return FrozenModel.of(model, experiment.frozen());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("train.frozen: " + e.getMessage(), e);
    }
  }

  private Optional<Continuation> continuation() {
    return Optional.ofNullable(savedOrNull).flatMap(s -> s.continuation(experiment.plan()));
  }

  private TrainingLoop.Result loop(
      Checked checked,
      Workers workers,
      Supplier<Event.Dealt> dealt,
      Configuration hadoop,
      Results results)
      throws IOException {
    try (workers) {
      ModelSpec model = checked.trained;
      TrainingPlan plan = experiment.plan();
      TrainState from = begin(model, hadoop);
      Beginning events = new Beginning(results, List.of(checked.described, dealt.get()));
      return new TrainingLoop(
              model, checked.data(), plan, workers, events, from, rule(), results::save)
          .run(experiment.strategy().strategy().id());
    }
  }

  private DriverWorkers driver(
      JavaSparkContext context, DataPlan data, ModelSpec model, HeapCheck heap)
      throws InterruptedException {
    RankSlots.awaitOne(context, listener::notice);
    int ranks = tasks(context.defaultParallelism());
    heap.tasks(context, ranks);
    TrainingPlan plan = experiment.plan();
    return new DriverWorkers(context, model, data, ranks, plan.seed(), requests(), plan.exchange());
  }

  private void tellChanges(DataPlan data, ModelSpec model) throws IOException {
    if (end().isPresent()) return;
    continuation()
        .map(c -> c.changes(data.sampler(), model.layout()))
        .orElse(List.of())
        .forEach(listener::warning);
  }

  /** What one of some workers has of so many examples: a number, or the least and the most. */
  static String share(int examples, int workers) {
    int least = examples / workers;
    return examples % workers == 0 ? "" + least : least + ".." + (least + 1);
  }

  private String engine(ModelSpec model) {
    String own = experiment.plan().algorithm().engine();
    return own.isEmpty() ? Models.reason(experiment.model(), model) : own;
  }

  private void announce(DataPlan data, ModelSpec model) {
    int batch = experiment.plan().batch();
    int examples = data.sampler().examples();
    int step = Math.min(batch, examples);
    int each = step / experiment.strategy().workers();
    listener.notice(
        model.layout().size()
            + " parameters, "
            + examples
            + " training examples; "
            + share(step, experiment.strategy().workers())
            + " examples a worker and step; "
            + engine(model));
    data.warnings().forEach(listener::warning);
    TrainingPlan plan = experiment.plan();
    if (batch > examples && !plan.optimizer().fullBatch())
      listener.warning(
          "train.batch = "
              + batch
              + " is larger than the training set of "
              + examples
              + " examples");
    String few = plan.algorithm().warning(plan.steps(data.sampler(), model.layout()));
    if (!few.isEmpty()) listener.warning(few);
    String obstacle = plan.obstacle();
    if (!obstacle.isEmpty()) listener.notice("no checkpoints: " + obstacle);
    if (each < FEW) {
      listener.warning(
          each
              + " examples a worker are few: matrix products are faster with a larger train.batch"
              + " or fewer train.workers");
    }
  }
}
