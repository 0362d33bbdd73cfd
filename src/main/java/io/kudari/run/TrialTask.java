package io.kudari.run;

import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.data.DataException;
import io.kudari.engine.processor.NativeLibraryException;
import io.kudari.event.FirstLine;
import io.kudari.run.TrialOutcome.Reason;
import io.kudari.train.DivergedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A trial as a task of Spark: the strategy {@code serial} on an executor. What another try would
 * meet again is returned as an outcome; a file system's failure, or want of memory that other tasks
 * of the executor may have caused, is thrown, so that Spark tries again.
 *
 * @param config the experiment with all its settings, as HOCON
 * @param shared examples that are made already
 * @param hadoop the driver's
 * @param together how many trials one process runs at once, at least 1
 * @param local whether that process is the driver's
 */
record TrialTask(
    String config,
    SharedExamples.Sets shared,
    SerializableConfiguration hadoop,
    int together,
    boolean local)
    implements Function<Integer, byte[]> {

  /** Overrides by which a trial has one thread, whatever its configuration asks for. */
  static final List<String> SERIAL =
      List.of("train.strategy=serial", "train.ranks=0", "train.threads=0");

  @Override
  public byte[] call(Integer trial) throws IOException, InterruptedException {
    TrialOutcome outcome = outcome(TaskContext.get());
    // Bytes, for the serialisers of the application may not know our classes.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(outcome);
    }
    return bytes.toByteArray();
  }

  static TrialOutcome read(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (TrialOutcome) in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException("a trial's outcome cannot be read: " + e.getMessage(), e);
    }
  }

  private TrialOutcome outcome(TaskContext task) throws IOException, InterruptedException {
    try {
      return train(task);
    } catch (DivergedException e) {
      return new TrialOutcome.Failed(Reason.DIVERGED, FirstLine.of(e));
    } catch (ConfigurationException | DataException | NativeLibraryException e) {
      return new TrialOutcome.Failed(Reason.REFUSED, FirstLine.of(e));
    } catch (OutOfMemoryError e) {
      // Without the error itself, for which Spark ends the process: in local mode the user's own.
      throw new IOException("out of memory (" + FirstLine.of(e) + "): raise " + files().setting());
    } catch (TaskKilledException | UncheckedIOException e) {
      throw e;
    } catch (RuntimeException e) {
      return new TrialOutcome.Failed(
          Reason.FAILED, e.getClass().getSimpleName() + ": " + FirstLine.of(e));
    }
  }

  private TaskFiles files() {
    return new TaskFiles(hadoop.value(), together, local);
  }

  private TrialOutcome train(TaskContext task) throws IOException, InterruptedException {
    Experiment parsed = Experiment.parse("trial", config, SERIAL, hadoop.value());
    Experiment experiment = parsed.with(shared.of(parsed.data()));
    TrialListener told = new TrialListener();
    Outcome outcome =
        Training.of(experiment).from(files()).listen(told).stopWhen(task::isInterrupted).run();
    if (task.isInterrupted()) throw new TaskKilledException("the trial was cancelled");
    return told.trained(outcome);
  }
}
