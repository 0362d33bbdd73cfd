package io.kudari.cli;

import io.kudari.checkpoint.ModelFolder;
import io.kudari.checkpoint.SavedModel;
import io.kudari.collective.TreeSum;
import io.kudari.config.DataSettings;
import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Kept;
import io.kudari.data.Offsets;
import io.kudari.data.Sampler;
import io.kudari.data.Shards;
import io.kudari.data.SourceReader;
import io.kudari.data.Survey;
import io.kudari.data.file.Location;
import io.kudari.data.order.Division;
import io.kudari.exchange.Exchanges;
import io.kudari.model.Evaluation;
import io.kudari.model.ModelSpec;
import io.kudari.model.ScoreCounts;
import io.kudari.run.HeapCheck;
import io.kudari.run.Models;
import io.kudari.run.RunFolder;
import io.kudari.train.DataPlan;
import io.kudari.train.Subset;
import io.kudari.train.Workers;
import io.kudari.train.worker.HeapNeed;
import io.kudari.train.worker.WorkerData;
import io.kudari.train.worker.WorkerRange;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Options and work that {@code evaluate} and {@code predict} share: a saved model, applied to a
 * data set.
 */
final class AppliedModel {

  @Parameters(
      paramLabel = "RUN",
      description = "Output folder of a run, or a model folder; may be a URI.")
  private String run;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file or URI whose data.test is read (default: RUN/config.conf).")
  private String config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a setting of that configuration; may be repeated.")
  private List<String> sets = List.of();

  @Mixin private SparkOptions spark;

  /** How to reach file systems. */
  Configuration hadoop() {
    return spark.hadoop();
  }

  /**
   * Checks that a file is not one of the run or model itself.
   *
   * @throws io.kudari.run.FolderException when it is
   */
  void checkApart(String output) {
    RunFolder.checkApart(output, run);
  }

  /** Loads the model and finds the data that a configuration names. */
  Opened open() throws IOException {
    Configuration hadoop = spark.hadoop();
    RunFolder.ModelPlace place = RunFolder.model(run, hadoop);
    SavedModel saved = ModelFolder.read(place.folder(), hadoop);
    if (config == null && !place.ofRun()) {
      throw new CommandException(
          ExitCode.USAGE,
          run + " is a model's folder, which names no data: the run's folder, or --config FILE");
    }
    ExampleSource source = source(RunFolder.path(run), hadoop);
    return new Opened(saved, Models.of(run, saved), source, hadoop);
  }

  /** Loads the model, to be applied to data that options name. */
  Opened open(NewData data) throws IOException {
    if (config != null || !sets.isEmpty())
      throw new CommandException(
          ExitCode.USAGE, "--input names the data: it goes without --config and --set");
    Configuration hadoop = spark.hadoop();
    SavedModel saved = ModelFolder.read(RunFolder.model(run, hadoop).folder(), hadoop);
    ExampleSource source = data.source(saved.schema(), hadoop);
    return new Opened(saved, Models.of(run, saved), source, hadoop);
  }

  private ExampleSource source(Path folder, Configuration hadoop) {
    String file = config != null ? config : Location.shown(new Path(folder, RunFolder.CONFIG));
    return DataSettings.read(file, sets, hadoop)
        .test()
        .orElseThrow(
            () ->
                new CommandException(
                    ExitCode.USAGE,
                    file + " has no data.test: what is the model to be applied to?"));
  }

  /** A model and its data, which is read with the model's schema. */
  record Opened(SavedModel saved, ModelSpec model, ExampleSource source, Configuration hadoop) {

    /** Whether it has classes, rather than target values. */
    boolean isClassifier() {
      return saved.schema().classes() > 0;
    }

    /**
     * What training found on these examples, to the bit: they are dealt to its workers as they were
     * then, since an example's outputs may depend on its place in a batch.
     */
    Workers.Evaluated evaluation() throws IOException {
      int threads = ForwardPass.threads(model);
      SourceReader reader = new SourceReader(hadoop, threads, HeapCheck.examples());
      Survey found = reader.survey(source, saved.schema(), DataPlan.TEST_SEED, true);
      Notes.print(found.description());
      int workers = saved.workers();
      Division division = new Division(found.keys(), Division.Rules.whole(workers));
      Offsets offsets = saved.normalizer().offsets();
      boolean kept = offsets.isNone() && !found.kept().isEmpty();
      Shards all =
          kept
              ? Kept.shards(source, found.kept(), division, 0, workers)
              : reader.deal(
                  source, DataPlan.testDeal(saved.schema(), offsets, division), 0, workers);
      WorkerData.Part part = new WorkerData.Part(all.examples(), all.training());
      WorkerData data = new WorkerData(0, workers, part, part, part);
      Workers.Evaluated evaluated = evaluated(data, together(found.description(), threads));
      if (!evaluated.evaluation().weighsNothing()) return evaluated;
      throw new DataException(
          source.name()
              + ": all "
              + found.description().examples()
              + " examples have weight 0: they have no loss");
    }

    /** Threads for whose batches there is room beside the examples. */
    private int together(Description of, int threads) {
      long examples = HeapNeed.of(of).examples();
      return Math.min(threads, ForwardPass.batches(saved, of.bytes(), examples));
    }

    private Workers.Evaluated evaluated(WorkerData data, int threads) {
      int workers = saved.workers();
      Sampler sampler = new Sampler(0, workers, data.test().examples().count());
      ScoreCounts scores = isClassifier() ? ScoreCounts.of(saved.outputs()) : ScoreCounts.NONE;
      int used = Math.min(threads, workers);
      List<List<TreeSum.Node<Evaluation>>> nodes =
          IntStream.range(0, used)
              .parallel()
              .mapToObj(t -> data.of(workers * t / used, workers * (t + 1) / used))
              .map(own -> evaluated(own, sampler, scores))
              .toList();
      TreeSum<Evaluation> sum = new TreeSum<>(workers, Evaluation::merged);
      nodes.forEach(own -> own.forEach(sum::add));
      return new Workers.Evaluated(sum.root(), scores);
    }

    private List<TreeSum.Node<Evaluation>> evaluated(
        WorkerData own, Sampler sampler, ScoreCounts scores) {
      try (WorkerRange range = new WorkerRange(model, sampler, 0, own, Exchanges.USUAL)) {
        return range.evaluate(saved.parameters(), saved.normalizer(), Subset.TEST, scores);
      }
    }

    /**
     * Makes something of each batch and its outputs on any thread, and hands it on in the order of
     * the data, which needs no labels.
     */
    <T> void predict(ForwardPass.Work<T> work, ForwardPass.Taker<T> taker) throws IOException {
      new ForwardPass<>(saved, model, work).run(source, hadoop, false, taker);
    }
  }
}
