package io.kudari.ml;

import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.data.DataException;
import io.kudari.data.TableRow;
import io.kudari.data.format.PixelSpec;
import io.kudari.run.FolderException;
import io.kudari.run.Outcome;
import io.kudari.run.RunFolder;
import io.kudari.run.SavedRun;
import io.kudari.run.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Trains on the rows of a data frame, as an estimator's params say.
 *
 * @param network what was trained
 * @param summary what the training told
 */
record FrameTraining(TrainedNetwork network, TrainingSummary summary) {

  private static final String INPUT_SHAPE = ", inputShape = ";

  /** How lines end about features that {@code handleInvalid = skip} leaves out. */
  private static final List<String> INVALID =
      List.of(
          "a feature must be a finite number",
          "a feature must have a value",
          "pixels must be there",
          "there must be at least one pixel",
          "an image without size or pixels",
          "which cannot be read");

  /**
   * Trains.
   *
   * @param labels columns of numbers
   * @param classes how many the label's metadata tell of, 0 when they don't, or {@link
   *     Experiments.Columns#REGRESSION}
   * @param names of the classes, or empty
   * @throws io.kudari.config.ConfigurationException when params break a rule
   * @throws io.kudari.data.DataException when rows do
   * @throws CancellationException when this thread was interrupted, which it still is then, or
   *     somebody has cancelled a job of the training
   */
  static FrameTraining of(
      TrainingParams<?> stage,
      Dataset<?> rows,
      String featuresCol,
      List<String> labels,
      int classes,
      List<String> names) {
    List<String> features = Features.columns(rows.schema(), stage, featuresCol);
    List<String> read = Assembly.read(rows.schema(), features);
    Configuration hadoop = rows.sparkSession().sparkContext().hadoopConfiguration();
    Experiment experiment =
        Experiments.of(
            stage,
            new Experiments.Columns(
                read,
                labels,
                classes,
                stage.getWeightCol(),
                stage.getValidationIndicatorCol(),
                PixelInput.of(rows.schema(), features, stage)),
            hadoop);
    Dataset<Row> used = used(stage, rows, features, read, labels);
    History history = new History();
    Interruption interruption = new Interruption();
    Training training =
        Training.of(experiment)
            .data(used)
            .classNames(names)
            .listen(history)
            .stopWhen(interruption::asked);
    Outcome outcome = run(interruption, () -> placed(stage, training, experiment, hadoop, history));
    return new FrameTraining(
        TrainedNetwork.of("the trained model", outcome.model()), history.summary(outcome));
  }

  private static Dataset<Row> used(
      TrainingParams<?> stage,
      Dataset<?> rows,
      List<String> features,
      List<String> read,
      List<String> labels) {
    Stream<String> others = Stream.of(stage.getWeightCol(), stage.getValidationIndicatorCol());
    Column[] columns =
        Stream.of(features.stream(), labels.stream(), others.filter(name -> !name.isEmpty()))
            .flatMap(names -> names)
            .map(name -> rows.col(Schemas.quoted(name)))
            .toArray(Column[]::new);
    boolean gaps = stage.getHandleInvalid().equals(InferenceParams.SKIP);
    return Assembly.of(rows.toDF().select(columns), features, read, gaps);
  }

  /** A training, wherever its results go. */
  private interface Run {
    Outcome outcome() throws IOException, InterruptedException;
  }

  /** In the folder that the params name, whose run goes on if they say so and there is one. */
  private static Outcome placed(
      TrainingParams<?> stage,
      Training training,
      Experiment experiment,
      Configuration hadoop,
      History history)
      throws IOException, InterruptedException {
    String path = stage.getRunPath();
    if (path.isEmpty()) return training.run();
    if (!stage.getResume() || RunFolder.isFree(path, hadoop)) return training.folder(path).run();
    RunFolder folder = RunFolder.existing(path, hadoop);
    try (SavedRun saved = SavedRun.open(folder, hadoop, history)) {
      saved.checkSettings(experiment);
      return training.resuming(saved).run();
    }
  }

  /** Whoever interrupts finds the thread interrupted, however far the training had come. */
  private static Outcome run(Interruption interruption, Run training) {
    try {
      Outcome outcome = said(training);
      if (outcome.isInterrupted()) throw interruption.cancelled(null);
      return outcome;
    } catch (InterruptedException e) {
      throw interruption.cancelled(e);
    } catch (IOException e) {
      if (interruption.asked()) throw interruption.cancelled(e);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      if (interruption.asked()) throw interruption.cancelled(e);
      throw e;
    } finally {
      interruption.end();
    }
  }

  private static Outcome said(Run training) throws IOException, InterruptedException {
    try {
      return training.outcome();
    } catch (DataException e) {
      throw new DataException(said(Said.ofRun(e.getMessage())), e);
    } catch (FolderException e) {
      throw new FolderException(Said.ofRun(e.getMessage()), e);
    } catch (ConfigurationException e) {
      throw new ConfigurationException(Said.ofRun(e.getMessage()), e);
    }
  }

  /** In params, as there is no data section to say anything in. */
  private static String said(String message) {
    String said =
        message
            .replace(TableRow.ALLOWED, Features.SKIPS)
            .replace(PixelSpec.SHAPE, INPUT_SHAPE)
            .replace(PixelSpec.SCALES, "; inputShape scales images");
    boolean skips = said.contains(INPUT_SHAPE) || INVALID.stream().anyMatch(said::endsWith);
    return skips ? said + Features.SKIPS : said;
  }

  /**
   * Checks the columns of an estimator, and that it knows of a run that is to go on.
   *
   * @throws IllegalArgumentException when one is missing or of another type; one line
   */
  static void check(
      StructType schema, TrainingParams<?> stage, String featuresCol, List<String> labels) {
    if (stage.getResume() && stage.getRunPath().isEmpty())
      throw new IllegalArgumentException(
          "resume needs runPath, the folder of the run that is to go on");
    List<String> features = Features.columns(schema, stage, featuresCol);
    PixelInput.of(schema, features, stage).check();
    String weight = stage.getWeightCol();
    if (features.contains(weight)) throw twice(weight, "the weight");
    if (!weight.isEmpty() && !Features.isNumber(Features.type(schema, weight)))
      throw Features.wrong(weight, "numeric", Features.type(schema, weight));
    String flag = stage.getValidationIndicatorCol();
    if (features.contains(flag)) throw twice(flag, "the validation indicator");
    if (!flag.isEmpty() && !Features.type(schema, flag).equals(DataTypes.BooleanType))
      throw Features.wrong(flag, "boolean", Features.type(schema, flag));
    for (String label : labels) {
      if (features.contains(label)) throw twice(label, "the label");
      if (label.equals(weight))
        throw new IllegalArgumentException(
            "Column " + label + " cannot be the label and the weight");
      if (Collections.frequency(labels, label) > 1)
        throw new IllegalArgumentException("Column " + label + " cannot be two labels");
      checkLabel(label, Features.type(schema, label));
    }
  }

  private static void checkLabel(String label, DataType type) {
    if (Features.isNumber(type)) return;
    IllegalArgumentException wrong = Features.wrong(label, "numeric", type);
    throw new IllegalArgumentException(
        wrong.getMessage() + " StringIndexer makes numbers of texts.");
  }

  private static IllegalArgumentException twice(String column, String part) {
    return new IllegalArgumentException("Column " + column + " cannot be a feature and " + part);
  }
}
