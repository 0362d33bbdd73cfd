package io.kudari.record;

import io.kudari.data.file.Location;
import io.kudari.data.file.OutputFiles;
import io.kudari.event.Event;
import io.kudari.model.Figures;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.Syncable;

/**
 * Writes an event file for TensorBoard: {@code train/loss}, {@code train/learning-rate} and {@code
 * train/examples-per-second} of steps, what meters measure under their tags, {@code
 * train/epoch-loss}, and of evaluations {@code validation/loss}, {@code validation/accuracy}, and
 * so on by subset. All are by step, the number of steps taken.
 *
 * <p>Steps may be thousands a second: at most every half second they become one point, whose loss
 * is the mean over the examples since the last point, and whose other values are the newest. A run
 * that goes back to an earlier step says so, and TensorBoard forgets what came after. Not
 * thread-safe.
 */
public final class TensorBoardLog implements Consumer<Event>, AutoCloseable {

  private static final long GAP_NANOS = 500_000_000;

  private final OutputStream out;
  private final Clock clock;
  private final LongSupplier nanos;
  private final Map<String, Double> measured = new LinkedHashMap<>();
  private long told;
  private double losses;
  private long examples;
  private long step;
  private double rate;

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
   * Begins a file in a folder, beside those of earlier runs.
   *
   * @param folder made where it is not there
   * @throws IOException when it cannot be written
   */
  public static TensorBoardLog create(Path folder, Configuration hadoop) throws IOException {
    FileSystem files = OutputFiles.fileSystem(folder, hadoop);
    OutputFiles.makeFolder(files, folder);
    Path file = free(files, folder);
    OutputStream out = OutputFiles.create(files, file, false);
    return new TensorBoardLog(out, Clock.systemUTC(), System::nanoTime);
  }

  /** TensorBoard reads files of this name, in the order of their seconds. */
  private static Path free(FileSystem files, Path folder) throws IOException {
    for (long second = Instant.now().getEpochSecond(); ; second++) {
      String name = "events.out.tfevents.%010d.%s".formatted(second, host());
      Path file = Location.child(folder, name);
      if (!files.exists(file)) return file;
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /**
   * Takes over what an event tells.
   *
   * @throws UncheckedIOException when it cannot be written
   */
  @Override
  public void accept(Event event) {
    try {
      take(event);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private void take(Event event) throws IOException {
    if (event instanceof Event.Scalar e) measured.put(e.tag(), e.value());
    else if (event instanceof Event.StepDone e) step(e);
    else if (event instanceof Event.Recovered e) restart(e.step());
    else if (event instanceof Event.Resumed e) restart(e.step());
    else {
      point();
      if (event instanceof Event.EpochDone e) epoch(e);
      else if (event instanceof Event.Evaluated e) write(e.step(), of(e.subset(), e.figures()));
      else if (event instanceof Event.Finished e) write(e.steps(), of("test", e.test()));
      flush();
    }
  }

  private void step(Event.StepDone e) throws IOException {
    if (e.step() <= step) restart(e.step() - 1);
    losses += e.loss() * e.examples();
    examples += e.examples();
    step = e.step();
    rate = e.learningRate();
    if (nanos.getAsLong() - told < GAP_NANOS) return;
    point();
    flush();
  }

  /** Of the steps since the last one, if there are any. */
  private void point() throws IOException {
    if (examples == 0) return;
    long now = nanos.getAsLong();
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("train/loss", losses / examples);
    values.put("train/learning-rate", rate);
    if (now > told) values.put("train/examples-per-second", examples / ((now - told) / 1e9));
    values.putAll(measured);
    write(step, values);
    told = now;
    forget();
  }

  private void forget() {
    losses = 0;
    examples = 0;
    measured.clear();
  }

  private void restart(long at) throws IOException {
    point();
    out.write(TensorBoardRecord.restart(now(), at + 1));
    step = at;
    flush();
  }

  private void epoch(Event.EpochDone e) throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("train/epoch-loss", e.trainLoss());
    values.putAll(of("validation", e.validation()));
    write(e.step(), values);
    // An evaluation is no part of the next steps' time.
    told = nanos.getAsLong();
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

  /** So that a reader sees it while the run goes on. */
  private void flush() throws IOException {
    if (out instanceof Syncable file) file.hflush();
    else out.flush();
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
      point();
    }
  }
}
