package io.kudari.cli;

import io.kudari.config.Experiment;
import io.kudari.data.Description;
import io.kudari.engine.Dl4jExport;
import io.kudari.engine.Processor;
import io.kudari.model.ModelSpec;
import io.kudari.report.HtmlReport;
import io.kudari.train.DataPlan;
import io.kudari.train.Event;
import io.kudari.train.EventLog;
import io.kudari.train.Machine;
import io.kudari.train.ModelFolder;
import io.kudari.train.OutputFiles;
import io.kudari.train.SavedModel;
import io.kudari.train.Summary;
import io.kudari.train.TrainingLoop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What a run leaves in its folder. The folder is made at the first event, when everything has been
 * checked and loaded: a run that cannot start leaves nothing, and an earlier run's results stay
 * until then.
 */
final class RunOutput implements Consumer<Event>, AutoCloseable {

  private final Experiment experiment;
  private final RunFolder folder;
  private final Configuration hadoop;
  private final DataPlan data;
  private final ModelSpec model;
  private final Summary summary;
  private final ProgressLine progress = ProgressLine.ofTerminal();
  private EventLog log;

  RunOutput(
      Experiment experiment,
      RunFolder folder,
      Configuration hadoop,
      DataPlan data,
      ModelSpec model) {
    this.experiment = experiment;
    this.folder = folder;
    this.hadoop = hadoop;
    this.data = data;
    this.model = model;
    this.summary =
        new Summary(
            experiment.plan().seed(),
            Version.current(),
            data.description().classes() > 0,
            Machine.current(Processor.current().model()));
  }

  @Override
  public void accept(Event event) {
    if (event instanceof Event.Started) begin();
    log.accept(event);
    summary.accept(event);
    progress.accept(event);
  }

  private void begin() {
    folder.create(experiment.resolved());
    try {
      log = EventLog.create(folder.file("events.jsonl"), hadoop);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.OUTPUT, folder + " cannot be written: " + e.getMessage(), e);
    }
  }

  /**
   * Saves the trained model and the summary.
   *
   * @param exportDl4j where to write a Deeplearning4j zip as well, or null
   */
  void finished(TrainingLoop.Result result, String exportDl4j) throws IOException {
    Description d = data.description();
    SavedModel saved =
        new SavedModel(
            experiment.model().json(),
            model.layout(),
            result.parameters(),
            result.normalizer(),
            d.classNames(),
            model.input(),
            model.outputs(),
            model.loss(),
            Version.current());
    ModelFolder.write(folder.file("model"), hadoop, saved);
    if (exportDl4j != null) {
      ByteArrayOutputStream zip = new ByteArrayOutputStream();
      Dl4jExport.write(model, result.parameters(), result.normalizer(), zip);
      Path file = RunFolder.path(exportDl4j);
      OutputFiles.write(OutputFiles.fileSystem(file, hadoop), file, zip.toByteArray());
    }
    summary.write(folder.file("summary.json"), hadoop, result.parameters());
    progress.end(folder.toString());
  }

  /** Writes the summary of a run that failed, if it had begun. */
  void failed(Throwable failure) {
    if (log == null) return;
    progress.breakLine();
    try {
      summary.write(folder.file("summary.json"), hadoop, failure);
    } catch (IOException | RuntimeException second) {
      failure.addSuppressed(second);
    }
  }

  /**
   * Ends the log and writes the report: a run that failed has one too, and no run fails for want of
   * one.
   */
  @Override
  public void close() throws IOException {
    if (log == null) return;
    log.close();
    try {
      HtmlReport.write(folder.root(), hadoop);
    } catch (IOException | RuntimeException e) {
      System.err.println(
          "kudari: warning: " + HtmlReport.FILE + " was not written: " + e.getMessage());
    }
  }
}
