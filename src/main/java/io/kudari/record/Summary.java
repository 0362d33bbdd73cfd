package io.kudari.record;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.data.file.JsonFile;
import io.kudari.data.file.OutputFiles;
import io.kudari.event.Event;
import io.kudari.event.EventJson;
import io.kudari.event.StepTimes;
import io.kudari.math.Fingerprint;
import io.kudari.model.Figures;
import io.kudari.model.Libraries;
import io.kudari.optim.noise.NoiseScale;
import io.kudari.train.DivergedException;
import io.kudari.train.Subset;
import io.kudari.train.plan.EarlyStopping;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The figures of a run, gathered from its events and written as {@code summary.json}: one flat
 * object, whose keys are always there; what is unknown is null, and the figures of the other task
 * (classification or regression) are left out.
 *
 * <table>
 * <caption>Keys</caption>
 * <tr><td>{@code status}</td><td>{@code completed}: all epochs were done. {@code stopped-early}:
 *   validation no longer improved. {@code target-reached}: validation reached {@code train.target}.
 *   {@code interrupted}: somebody asked for the end; the model is
 *   that of the last step. {@code diverged}: the loss became NaN or infinite. {@code failed}:
 *   anything else</td></tr>
 * <tr><td>{@code strategy, algorithm, workers, ranks, threads}</td><td>who computed</td></tr>
 * <tr><td>{@code exchange.topology, exchange.hosts}</td><td>which ranks of this part of the run sent
 *   each other parts of vectors, {@code mesh} or {@code hierarchical}, and on how many hosts they
 *   were; null where there were no several</td></tr>
 * <tr><td>{@code steps, epochs}</td><td>taken, and done to the end</td></tr>
 * <tr><td>{@code examples, seconds, examplesPerSecond, time.…}</td><td>null where they were to be
 *   summed over events of which some are lost</td></tr>
 * <tr><td>{@code target.step}</td><td>the step in which {@code train.target} was reached, else
 *   null</td></tr>
 * <tr><td>{@code examples}</td><td>whose gradient was computed, each as often as it was
 *   seen</td></tr>
 * <tr><td>{@code seconds}</td><td>of the training, evaluation included; of all parts of a run that was
 *   resumed</td></tr>
 * <tr><td>{@code examplesPerSecond}</td><td>examples / duration of all steps, evaluation not
 *   included</td></tr>
 * <tr><td>{@code train.accuracy} or {@code train.r2}</td><td>of the training examples, by the
 *   parameters that are kept; null unless {@code train.evaluate.train}</td></tr>
 * <tr><td>{@code train.loss, validation.loss, validation.accuracy} or {@code validation.r2}</td>
 *   <td>of the epoch whose parameters are kept: the best where it was restored, else the
 *   last; an evaluation of validation examples after it counts for it</td></tr>
 * <tr><td>{@code test.…}</td><td>the test set's {@code loss, accuracy, topAccuracy} (k = 1, 2, …),
 *   {@code macroF1, logLoss, rocAuc, rocAucError, prAuc, prAucError} (see {@link Figures.Scores}),
 *   {@code precision, recall, f1} (a class), {@code confusion} (rows are true classes), or {@code
 *   loss, mse, rmse, mae, r2}</td></tr>
 * <tr><td>{@code noise.scale, noise.low, noise.high, noise.batch, noise.redundant}</td><td>the
 *   gradient noise scale in examples when it was last measured, its 90% interval, the batch it was
 *   measured in, and the share of such a batch that is redundant: batch / (batch + scale). Where
 *   the interval has no upper end, scale and high are null</td></tr>
 * <tr><td>{@code parameters.count, parameters.sha256}</td><td>of the parameters that are kept;
 *   their {@link Fingerprint}</td></tr>
 * <tr><td>{@code time.compute, time.wait, time.exchange, time.update, time.input}</td><td>seconds
 *   of all steps, see {@link StepTimes}</td></tr>
 * <tr><td>{@code data.describe.seconds, data.deal.seconds}</td><td>finding out what the sets hold,
 *   and giving workers their examples, of this part of a run that was resumed</td></tr>
 * <tr><td>{@code data.invalidRows}</td><td>left out by {@code data.invalid = skip}, of the training
 *   and the test set</td></tr>
 * <tr><td>{@code data.bytesRead}</td><td>of file systems for both, in all processes, as Hadoop
 *   counts; parts that were read again for a rank that was lost count again</td></tr>
 * <tr><td>{@code data.spilled}</td><td>bytes of examples that lay in files and not on a heap, of all
 *   ranks</td></tr>
 * <tr><td>{@code peakMemoryMB}</td><td>of this process, see {@link Machine#peakMemoryMB}</td></tr>
 * <tr><td>{@code seed, version, machine.…}</td><td>of the experiment, of Kudari, see {@link
 *   Machine}</td></tr>
 * <tr><td>{@code machine.blas, machine.oneDNN, machine.nd4j}</td><td>what computes:
 *   name, version and instruction set, see {@link Libraries}; of a cluster, what the executor of
 *   the first rank has loaded; null where nothing was loaded</td></tr>
 * </table>
 *
 * <p>Used by one thread.
 */
public final class Summary implements Consumer<Event> {

  private final long seed;
  private final String version;
  private final boolean classification;
  private final Machine machine;
  private final Supplier<Libraries> libraries;
  private final NoiseFigures noise = new NoiseFigures();

  private final long opened = System.nanoTime();
  private final List<Epoch> epochs = new ArrayList<>();
  private double earlierSeconds;
  private Instant earlierEnd;
  private Libraries elsewhere;
  private Event.Started started;
  private Event.Finished finished;
  private long steps;
  private int done;
  private boolean gaps;
  private long examples;
  private StepTimes times = StepTimes.ZERO;
  private Event.Described described;
  private Event.Dealt dealt;
  private Event.Connected connected;

  /** The last evaluation of validation examples within an epoch. */
  private Event.Evaluated within;

  /** The training examples at the end. */
  private Event.Evaluated trained;

  /** What is remembered of an epoch, and the steps at its end. The score is the accuracy, or R². */
  private record Epoch(
      int epoch, long step, double trainLoss, double validationLoss, double validationScore) {

    static final Epoch NONE = new Epoch(-1, -1, Double.NaN, Double.NaN, Double.NaN);
  }

  /**
   * Of a run that has not begun.
   *
   * @param seed the experiment's
   * @param version of Kudari
   * @param classification whether the targets are classes
   * @param libraries asked when the summary is written: what computes is loaded in mid-run
   */
  public Summary(
      long seed,
      String version,
      boolean classification,
      Machine machine,
      Supplier<Libraries> libraries) {
    this.seed = seed;
    this.version = version;
    this.classification = classification;
    this.machine = machine;
    this.libraries = libraries;
  }

  @Override
  public void accept(Event event) {
    if (event instanceof Event.Started s) started = s;
    if (event instanceof Event.Computing c) elsewhere = c.libraries();
    if (event instanceof Event.Finished f) finished(f);
    if (event instanceof Event.Resumed r) resumed(r);
    if (event instanceof Event.EpochDone e) {
      done = e.epoch() + 1;
      Figures found = e.validation();
      double loss = found == null ? Double.NaN : found.loss();
      double score = found == null ? Double.NaN : found.score();
      add(new Epoch(e.epoch(), e.step(), e.trainLoss(), loss, score));
    }
    if (event instanceof Event.Evaluated e) evaluated(e);
    if (event instanceof Event.Described d) described = d;
    if (event instanceof Event.Dealt d) dealt(d);
    if (event instanceof Event.Connected c) connected = c;
    noise.accept(event);
    if (event instanceof Event.StepDone s) {
      steps = s.step();
      examples += s.examples();
      times = times.plus(s.times());
    }
  }

  /** What the end tells was counted while training, and not by what was recorded. */
  private void finished(Event.Finished end) {
    finished = end;
    steps = end.steps();
    done = end.epochs();
  }

  /** The checkpoint knows where the run is; steps before it that were not told are lost. */
  private void resumed(Event.Resumed from) {
    if (from.step() > steps) gaps = true;
    steps = from.step();
    done = from.epoch();
  }

  /** Some events of an earlier part of the run could not be read: nothing can be summed. */
  public void lost() {
    gaps = true;
  }

  /** Dealing anew takes its own time, and replaces what lies in files. */
  private void dealt(Event.Dealt d) {
    double seconds = dealt == null ? 0 : dealt.seconds();
    long read = dealt == null ? 0 : dealt.bytesRead();
    dealt = new Event.Dealt(seconds + d.seconds(), read + d.bytesRead(), d.spilled());
  }

  private void evaluated(Event.Evaluated e) {
    if (e.subset().equals(Subset.VALIDATION.id())) within = e;
    if (e.subset().equals(Subset.TRAIN.id())) trained = e;
  }

  /** An epoch that is done again replaces the old one and all behind it. */
  private void add(Epoch epoch) {
    epochs.removeIf(e -> e.epoch() >= epoch.epoch());
    epochs.add(epoch);
  }

  /**
   * Takes over an event of an earlier part of the run, when those before it have been taken over.
   * Who began that part and how it ended tells nothing of this one.
   */
  public void replay(EventJson.Recorded recorded) {
    recorded.time().ifPresent(time -> add(time, recorded.event()));
    Event event = recorded.event();
    if (event instanceof Event.StepDone
        || event instanceof Event.EpochDone
        || event instanceof Event.Evaluated
        || event instanceof Event.Scalar
        || event instanceof Event.Resumed) accept(event);
  }

  /** The time between a part's first event and its last counts. */
  private void add(Instant time, Event event) {
    if (earlierEnd != null && !(event instanceof Event.Resumed))
      earlierSeconds += Duration.between(earlierEnd, time).toNanos() / 1e9;
    earlierEnd = time;
  }

  /**
   * The step at which the best epoch so far ended, by the validation set; −1 when none was
   * evaluated.
   */
  public long bestStep(EarlyStopping.Metric metric) {
    Epoch best = Epoch.NONE;
    for (Epoch e : epochs) {
      boolean loss = metric == EarlyStopping.Metric.LOSS || !classification;
      double score = loss ? -e.validationLoss() : e.validationScore();
      double before = loss ? -best.validationLoss() : best.validationScore();
      if (score > before || (Double.isNaN(before) && !Double.isNaN(score))) best = e;
    }
    return best.step();
  }

  /**
   * Writes the summary of a run that has finished.
   *
   * @param parameters that are kept
   */
  public void write(Path file, Configuration hadoop, float[] parameters) throws IOException {
    ObjectNode json = json(finished.why().replace(' ', '-'));
    json.put("parameters.sha256", Fingerprint.sha256(parameters));
    write(file, hadoop, json);
  }

  /**
   * Writes the summary of a run that has failed, and keeps no parameters.
   *
   * @param failure what ended it; a {@link DivergedException} among its causes is told apart
   */
  public void write(Path file, Configuration hadoop, Throwable failure) throws IOException {
    write(file, hadoop, json(diverged(failure) ? "diverged" : "failed"));
  }

  private static void write(Path file, Configuration hadoop, ObjectNode json) throws IOException {
    OutputFiles.write(OutputFiles.fileSystem(file, hadoop), file, JsonFile.bytes(json));
  }

  private static boolean diverged(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause())
      if (t instanceof DivergedException) return true;
    return false;
  }

  private ObjectNode json(String status) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("status", status);
    json.put("strategy", started.strategy()).put("algorithm", started.algorithm());
    json.put("workers", started.workers());
    json.put("ranks", started.ranks()).put("threads", started.threads());
    json.put("exchange.topology", connected == null ? null : connected.topology());
    json.put("exchange.hosts", connected == null ? null : (Integer) connected.hosts());
    json.put("steps", steps).put("epochs", done);
    if (gaps) json.putNull("examples");
    else json.put("examples", examples);
    sum(json, "seconds", seconds());
    sum(json, "examplesPerSecond", examples / (times.total() / 1e9));
    boolean reached = finished != null && finished.why().equals("target reached");
    if (reached) json.put("target.step", finished.steps());
    else json.putNull("target.step");
    Epoch kept = kept();
    number(json, "train.loss", kept.trainLoss());
    boolean known = finished != null && trained != null && trained.step() == steps;
    number(
        json,
        classification ? "train.accuracy" : "train.r2",
        known ? trained.figures().score() : Double.NaN);
    number(json, "validation.loss", kept.validationLoss());
    number(json, classification ? "validation.accuracy" : "validation.r2", kept.validationScore());
    putTest(json);
    putNoise(json);
    json.put("parameters.count", started.parameters()).putNull("parameters.sha256");
    sum(json, "time.compute", times.compute() / 1e9);
    sum(json, "time.wait", times.waiting() / 1e9);
    sum(json, "time.exchange", times.exchange() / 1e9);
    sum(json, "time.update", times.update() / 1e9);
    sum(json, "time.input", times.input() / 1e9);
    putData(json);
    json.put("peakMemoryMB", Machine.peakMemoryMB()).put("seed", seed).put("version", version);
    json.put("machine.cpu", machine.cpu()).put("machine.cores", machine.cores());
    json.put("machine.memoryMB", machine.memoryMB()).put("machine.os", machine.os());
    json.put("machine.java", machine.java());
    Libraries loaded = elsewhere != null ? elsewhere : libraries.get();
    json.put("machine.blas", loaded.blasOrNull()).put("machine.oneDNN", loaded.oneDnnOrNull());
    return json.put("machine.nd4j", loaded.nd4jOrNull());
  }

  private double seconds() {
    double now = finished != null ? finished.seconds() : (System.nanoTime() - opened) / 1e9;
    return earlierSeconds + now;
  }

  private Epoch kept() {
    boolean restored = finished != null && finished.restored() >= 0;
    return restored ? epoch(finished.restored()) : latest(epoch(done - 1));
  }

  /** The figures of an epoch, unless they are lost. */
  private Epoch epoch(int number) {
    return epochs.stream().filter(e -> e.epoch() == number).findFirst().orElse(Epoch.NONE);
  }

  /** The last epoch, with what was seen of the validation examples since, up to the last step. */
  private Epoch latest(Epoch last) {
    if (within == null || within.step() <= last.step() || within.step() > steps) return last;
    Figures found = within.figures();
    return new Epoch(last.epoch(), last.step(), last.trainLoss(), found.loss(), found.score());
  }

  private void putTest(ObjectNode json) {
    List<String> keys =
        classification
            ? List.of(
                "loss",
                "accuracy",
                "topAccuracy",
                "macroF1",
                "logLoss",
                "rocAuc",
                "rocAucError",
                "prAuc",
                "prAucError",
                "precision",
                "recall",
                "f1",
                "confusion")
            : List.of("loss", "mse", "rmse", "mae", "r2");
    Figures test = finished == null ? null : finished.test();
    ObjectNode figures = test == null ? JsonNodeFactory.instance.objectNode() : EventJson.of(test);
    for (String key : keys) json.set("test." + key, figures.get(key));
  }

  private void putData(ObjectNode json) {
    number(json, "data.describe.seconds", described == null ? Double.NaN : described.seconds());
    number(json, "data.deal.seconds", dealt == null ? Double.NaN : dealt.seconds());
    if (described != null) json.put("data.invalidRows", described.invalidRows());
    else json.putNull("data.invalidRows");
    boolean known = described != null && dealt != null;
    if (known) json.put("data.bytesRead", described.bytesRead() + dealt.bytesRead());
    else json.putNull("data.bytesRead");
    if (dealt != null) json.put("data.spilled", dealt.spilled());
    else json.putNull("data.spilled");
  }

  private void putNoise(ObjectNode json) {
    NoiseScale.Reading found = noise.reading();
    number(json, "noise.scale", found.value());
    number(json, "noise.low", found.isBounded() ? found.low() : Double.NaN);
    number(json, "noise.high", found.high());
    number(json, "noise.batch", noise.isTold() ? noise.batch() : Double.NaN);
    number(json, "noise.redundant", found.redundantShare(noise.batch()));
  }

  /** A sum over all events is known where none is lost. */
  private void sum(ObjectNode json, String key, double value) {
    number(json, key, gaps ? Double.NaN : value);
  }

  /** JSON knows neither NaN nor infinity. */
  private static void number(ObjectNode json, String key, double value) {
    if (Double.isFinite(value)) json.put(key, value);
    else json.putNull(key);
  }
}
