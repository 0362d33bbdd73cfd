package io.kudari.cli;

import io.kudari.config.DataSettings;
import io.kudari.config.ModelSettings;
import io.kudari.data.Batches;
import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Examples;
import io.kudari.model.Evaluation;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.train.HeapNeed;
import io.kudari.train.ModelFolder;
import io.kudari.train.SavedModel;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;
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

  private static final int BATCH = 256;

  /** Examples that are held in memory at once, unless they are large. */
  private static final int CHUNK = 1 << 14;

  /** Bytes of examples that are held in memory at once, unless a batch has more. */
  private static final long CHUNK_BYTES = 256 << 20;

  @Parameters(
      paramLabel = "RUN",
      description = "Output folder of a run, or a model folder; may be a URI.")
  private String run;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration whose data.test is read (default: RUN/config.conf).")
  private File config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a setting of that configuration; may be repeated.")
  private List<String> sets = List.of();

  @Mixin private SparkOptions spark;

  /** Loads the model and finds the data. The caller closes it. */
  Opened open() throws IOException {
    Configuration hadoop = spark.hadoop();
    Path folder = RunFolder.path(run);
    Path within = new Path(folder, "model");
    boolean isRun = within.getFileSystem(hadoop).exists(within);
    SavedModel saved = ModelFolder.read(isRun ? within : folder, hadoop);
    ExampleSource source = source(saved, folder);
    Description data = source.describe(hadoop);
    if (!data.shape().equals(saved.input())) {
      throw new DataException(
          "the data has examples of shape "
              + data.shape()
              + ", the model was trained on "
              + saved.input());
    }
    ModelSettings settings = ModelSettings.parse(run + ": model.json", saved.modelJson());
    ModelSpec model = Models.open(settings, saved.input(), saved.outputs());
    if (!model.layout().equals(saved.layout())) {
      throw new DataException(run + ": model.json describes other parameters than layout.json");
    }
    Opened opened = new Opened(saved, model.open(), source, hadoop, data);
    try {
      opened.need().check("applying the model", Runtime.getRuntime().maxMemory(), HeapCheck.HERE);
      return opened;
    } catch (DataException e) {
      opened.close();
      throw e;
    }
  }

  private ExampleSource source(SavedModel saved, Path folder) {
    File file = config != null ? config : new File(folder.toUri().getPath(), "config.conf");
    ExampleSource test =
        DataSettings.read(file, sets)
            .test()
            .orElseThrow(
                () ->
                    new CommandException(
                        ExitCode.USAGE,
                        file + " has no data.test: what is the model to be applied to?"));
    int classes = saved.classNames().size();
    return test.like(
        new Description(
            0,
            saved.input(),
            false,
            classes > 0 ? classes : saved.outputs(),
            0,
            saved.classNames(),
            ""));
  }

  /** A model ready to compute, and its data. */
  record Opened(
      SavedModel saved,
      GradientFunction function,
      ExampleSource source,
      Configuration hadoop,
      Description data)
      implements AutoCloseable {

    List<String> classNames() {
      return saved.classNames();
    }

    Evaluation emptyEvaluation() {
      return data.classes() > 0
          ? Evaluation.ofClasses(saved.loss(), saved.outputs())
          : Evaluation.ofTargets(saved.loss(), saved.outputs());
    }

    /** Calls with each batch, in the order of the data, and the outputs for it. */
    void forEachBatch(BiConsumer<MiniBatch, float[]> each) throws IOException {
      MiniBatch batch =
          data.classes() > 0
              ? MiniBatch.labelled(saved.input(), BATCH)
              : MiniBatch.targeted(saved.input(), BATCH, saved.outputs());
      float[] outputs = new float[BATCH * saved.outputs()];
      int most = chunk();
      for (int start = 0; start < data.examples(); start += most) {
        int[] wanted = IntStream.range(start, Math.min(start + most, data.examples())).toArray();
        Examples chunk = source.load(hadoop, wanted);
        Batches batches = new Batches(chunk, saved.normalizer());
        int[] rows = IntStream.range(0, chunk.count()).toArray();
        for (int from = 0; from < rows.length; from += BATCH) {
          batches.fill(
              batch, rows, from, Math.min(from + BATCH, rows.length), new MiniBatch.Draw(0, 0, 0));
          function.outputs(saved.parameters(), batch, outputs);
          each.accept(batch, outputs);
        }
      }
    }

    /** Whole batches. */
    private int chunk() {
      long fit = CHUNK_BYTES / exampleBytes() / BATCH * BATCH;
      return (int) Math.max(BATCH, Math.min(CHUNK, fit));
    }

    private long exampleBytes() {
      return (long) data.shape().size() * (data.bytes() ? 1 : Float.BYTES);
    }

    /** A chunk of examples, a batch and its outputs, and the parameters. */
    private HeapNeed need() {
      long outputs = (long) BATCH * saved.outputs() * Float.BYTES;
      return new HeapNeed(
          Math.min(chunk(), data.examples()) * exampleBytes(),
          BATCH * exampleBytes() + outputs,
          (long) saved.parameters().length * Float.BYTES);
    }

    @Override
    public void close() {
      function.close();
    }
  }
}
