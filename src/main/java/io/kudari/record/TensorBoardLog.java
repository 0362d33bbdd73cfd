package io.kudari.record;

import io.kudari.data.file.Location;
import io.kudari.data.file.OutputFiles;
import io.kudari.event.Event;
import io.kudari.event.StepMean;
import io.kudari.model.Figures;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes an event file for TensorBoard: {@code train/loss}, {@code train/learning-rate} and {@code
 * train/examples-per-second} of steps, what meters measure under their tags, {@code
 * train/epoch-loss}, and of evaluations {@code validation/loss}, {@code validation/accuracy}, and
 * so on by subset. All are by step, the number of steps taken.
 *
 * <p>Steps may be thousands a second: every half second at most, and before an evaluation, they
 * become one point, whose loss is the mean over the examples since the last point, whose rate is
 * theirs by the times of their steps, and whose other values are the newest. A run that begins, or
 * goes back to an earlier step, says so, and TensorBoard forgets what was told of later ones. Not
 * thread-safe.
 */
public final class TensorBoardLog implements Consumer<Event>, AutoCloseable {

  private static final long GAP_NANOS = 500_000_000;

  private static final Pattern NAME = Pattern.compile("events\\.out\\.tfevents\\.(\\d{10})\\..*");

  private final OutputStream out;
  private final Clock clock;
  private final LongSupplier nanos;
  private final StepMean mean = new StepMean();
  private final Map<String, Double> measured = new LinkedHashMap<>();

  /** Measured in the step that is told next. */
  private final Map<String, Double> coming = new LinkedHashMap<>();

  private long told;
  private long step;
  private double rate;
  private boolean broken;

  /**
   * Writes to a stream, which {@link #close} closes.
   *
   * @param clock of the points' times, which may jump
   * @param nanos of what lies between them, such as {@link System#nanoTime}
   * @throws IOException when the stream fails
   */
  TensorBoardLog(OutputStream out, Clock clock, LongSupplier nanos) throws IOException {
    this.out = out;
    this.clock = clock;
    this.nanos = nanos;
    this.told = nanos.getAsLong();
    out.write(TensorBoardRecord.version(now()));
  }

  /**
   * Begins a file in a run's folder for them, behind those of its earlier parts.
   *
   * @param folder made where it is not there
   * @throws IOException when it cannot be written
   */
  public static TensorBoardLog create(Path folder, Configuration hadoop) throws IOException {
    FileSystem files = OutputFiles.fileSystem(folder, hadoop);
    OutputFiles.makeFolder(files, folder);
    OutputStream out = next(files, folder);
    try {
      return new TensorBoardLog(out, Clock.systemUTC(), System::nanoTime);
    } catch (IOException e) {
      try (out) {
        throw e;
      }
    }
  }

  /** The run begins: what was told before is of another one. */
  public void begin() throws IOException {
    restart(0);
  }

  /**
   * TensorBoard reads files of such names in their order, so a new one has a later second than all
   * that are there, whatever clocks say.
   */
  private static OutputStream next(FileSystem files, Path folder) throws IOException {
    long second = Instant.now().getEpochSecond();
    for (FileStatus file : files.listStatus(folder)) {
      Matcher name = NAME.matcher(file.getPath().getName());
      if (name.matches()) second = Math.max(second, Long.parseLong(name.group(1)) + 1);
    }
    for (; ; second++) {
      String name = String.format(Locale.ROOT, "events.out.tfevents.%010d.kudari", second);
      try {
        return OutputFiles.create(files, Location.child(folder, name), false);
      } catch (FileAlreadyExistsException e) {
        // Another process has begun one since.
      }
    }
  }

  /**
   * Takes over what an event tells.
   *
   * @throws UncheckedIOException when it cannot be written; nothing is written any more then, for a
   *     record may be half there
   */
  @Override
  public void accept(Event event) {
    if (broken) return;
    try {
      take(event);
    } catch (IOException e) {
      broken = true;
      throw new UncheckedIOException("cannot be written: " + e.getMessage(), e);
    }
  }

  private void take(Event event) throws IOException {
    if (event instanceof Event.Scalar e) coming.put(e.tag(), e.value());
    else if (event instanceof Event.StepDone e) step(e);
    else if (event instanceof Event.Recovered e) restart(e.step());
    else if (event instanceof Event.Resumed e) restart(e.step());
    else if (event instanceof Event.EpochDone e) evaluated(e.step(), epoch(e));
    else if (event instanceof Event.Evaluated e) evaluated(e.step(), of(e.subset(), e.figures()));
    else if (event instanceof Event.Finished e) evaluated(e.steps(), of("test", e.test()));
  }

  private void step(Event.StepDone e) throws IOException {
    if (e.step() <= step) restart(e.step() - 1);
    measured.putAll(coming);
    coming.clear();
    mean.add(e);
    step = e.step();
    rate = e.learningRate();
    if (nanos.getAsLong() - told < GAP_NANOS) return;
    point();
    OutputFiles.flush(out);
  }

  /** Of the steps since the last one, if there are any. */
  private void point() throws IOException {
    told = nanos.getAsLong();
    if (mean.isEmpty()) return;
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("train/loss", mean.loss());
    values.put("train/learning-rate", rate);
    long nanos = mean.times().total();
    if (nanos > 0) values.put("train/examples-per-second", mean.examples() / (nanos / 1e9));
    values.putAll(measured);
    write(step, values);
    mean.clear();
    measured.clear();
  }

  private void evaluated(long at, Map<String, Double> values) throws IOException {
    point();
    write(at, values);
    OutputFiles.flush(out);
  }

  private void restart(long at) throws IOException {
    point();
    out.write(TensorBoardRecord.restart(now(), at + 1));
    step = at;
    OutputFiles.flush(out);
  }

  private static Map<String, Double> epoch(Event.EpochDone e) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("train/epoch-loss", e.trainLoss());
    values.putAll(of("validation", e.validation()));
    return values;
  }

  private static Map<String, Double> of(String subset, Figures figuresOrNull) {
    Map<String, Double> values = new LinkedHashMap<>();
    if (figuresOrNull == null) return values;
    values.put(subset + "/loss", figuresOrNull.loss());
    if (figuresOrNull instanceof Figures.OfTargets of) {
      values.put(subset + "/rmse", of.rmse());
      values.put(subset + "/mae", of.mae());
      values.put(subset + "/r2", of.r2());
    } else {
      values.put(subset + "/accuracy", figuresOrNull.score());
    }
    return values;
  }

  private void write(long at, Map<String, Double> values) throws IOException {
    if (values.isEmpty()) return;
    out.write(TensorBoardRecord.scalars(now(), at, values));
  }

  /** Seconds since 1970. */
  private double now() {
    Instant instant = clock.instant();
    return instant.getEpochSecond() + instant.getNano() / 1e9;
  }

  /**
   * Writes what is left.
   *
   * @throws IOException when it cannot be written
   */
  @Override
  public void close() throws IOException {
    try (out) {
      if (!broken) point();
    }
  }
}
