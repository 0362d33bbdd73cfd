package io.kudari.ml;

import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.math.Fingerprint;
import io.kudari.run.Outcome;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What a training told, of a model that was fitted in this session. Immutable. */
public final class TrainingSummary {

  private static final StructType SCHEMA =
      new StructType()
          .add("epoch", DataTypes.IntegerType, false)
          .add("trainLoss", DataTypes.DoubleType, false)
          .add("validationLoss", DataTypes.DoubleType, false)
          .add("validationScore", DataTypes.DoubleType, false)
          .add("learningRate", DataTypes.DoubleType, false)
          .add("seconds", DataTypes.DoubleType, false);

  private final List<Epoch> history;
  private final List<String> warnings;
  private final Event.Started started;
  private final Event.Finished end;
  private final int recoveries;
  private final long examples;
  private final StepTimes times;
  private final String sha256;

  /**
   * An epoch.
   *
   * @param epoch from 0
   * @param trainLoss mean over its rows, each before its own update
   * @param validationLoss mean over the rows held out, or NaN without any
   * @param validationScore their accuracy, or R² of a regression; NaN without any
   * @param learningRate of its last step
   * @param seconds it took, evaluation included
   */
  public record Epoch(
      int epoch,
      double trainLoss,
      double validationLoss,
      double validationScore,
      double learningRate,
      double seconds) {}

  TrainingSummary(
      List<Epoch> history,
      List<String> warnings,
      Event.Started started,
      int recoveries,
      long examples,
      StepTimes times,
      Outcome outcome) {
    this.history = List.copyOf(history);
    this.warnings = List.copyOf(warnings);
    this.started = started;
    this.recoveries = recoveries;
    this.examples = examples;
    this.times = times;
    this.end = outcome.end();
    this.sha256 = Fingerprint.sha256(outcome.parameters());
  }

  /** The epochs in their order. */
  public List<Epoch> history() {
    return history;
  }

  /**
   * What the log has of the rows and the params that its user should know, a line each: such as how
   * many rows were left out.
   */
  public List<String> warnings() {
    return warnings;
  }

  /** The same as a data frame of the columns that an {@link Epoch} has. */
  public Dataset<Row> toDataFrame(SparkSession session) {
    List<Row> rows =
        history.stream()
            .map(
                e ->
                    RowFactory.create(
                        e.epoch(),
                        e.trainLoss(),
                        e.validationLoss(),
                        e.validationScore(),
                        e.learningRate(),
                        e.seconds()))
            .toList();
    return session.createDataFrame(rows, SCHEMA);
  }

  /** The training loss of every epoch, as Spark's own summaries have it. */
  public double[] objectiveHistory() {
    return history.stream().mapToDouble(Epoch::trainLoss).toArray();
  }

  /** The epoch whose parameters the model has, from 0; −1 when there was none whole. */
  public int bestEpoch() {
    return end.restored() >= 0 ? end.restored() : end.epochs() - 1;
  }

  /** Of the training since it began or was resumed, evaluation included, reading the rows not. */
  public double seconds() {
    return end.seconds();
  }

  /** Training rows a second since it began or was resumed, evaluation included. */
  public double examplesPerSecond() {
    return seconds() == 0 ? 0 : examples / seconds();
  }

  /** Share of the steps' time, from 0 to 1, that forward and backward passes took. */
  public double computeShare() {
    return share(times.compute());
  }

  /** Share of the steps' time, from 0 to 1, in which tasks waited for the slowest of them. */
  public double waitingShare() {
    return share(times.waiting());
  }

  /** Share of the steps' time, from 0 to 1, that moving and summing gradients took. */
  public double exchangeShare() {
    return share(times.exchange());
  }

  /** Share of the steps' time, from 0 to 1, that the optimizer took. */
  public double updateShare() {
    return share(times.update());
  }

  /** Share of the steps' time, from 0 to 1, that assembling batches took. */
  public double inputShare() {
    return share(times.input());
  }

  /** Of the steps since it began or was resumed; 0 when there were none. */
  private double share(long nanos) {
    return times.total() == 0 ? 0 : (double) nanos / times.total();
  }

  /** Rows that gradients were computed on. */
  public int trainExamples() {
    return started.trainExamples();
  }

  /** Rows that were held out. */
  public int validationExamples() {
    return started.validationExamples();
  }

  /** Steps that were taken. */
  public long steps() {
    return end.steps();
  }

  /** Tasks that trained, at first. */
  public int ranks() {
    return started.ranks();
  }

  /** Threads of each. */
  public int threads() {
    return started.threads();
  }

  /** How often a lost task made a run, all of its parts, go on from an earlier state. */
  public int recoveries() {
    return recoveries;
  }

  /** SHA-256 of the parameters, as {@code summary.json} of a run has it. */
  public String parametersSha256() {
    return sha256;
  }

  /** {@code completed}, {@code stopped-early} or {@code target-reached}. */
  public String status() {
    return end.why().replace(' ', '-');
  }
}
