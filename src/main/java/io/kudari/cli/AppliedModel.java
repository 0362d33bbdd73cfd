package io.kudari.cli;

import io.kudari.checkpoint.ModelFolder;
import io.kudari.checkpoint.SavedModel;
import io.kudari.config.DataSettings;
import io.kudari.config.ModelSettings;
import io.kudari.data.Batches;
import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Examples;
import io.kudari.data.file.Location;
import io.kudari.engine.processor.NativeSetup;
import io.kudari.model.Evaluation;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.model.ScoreCounts;
import io.kudari.run.HeapCheck;
import io.kudari.run.Models;
import io.kudari.run.RunFolder;
import io.kudari.train.Workers;
import io.kudari.train.worker.HeapNeed;
import io.kudari.train.worker.NativeNeed;
import io.kudari.train.worker.WorkerRange;
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

  private static final int BATCH = WorkerRange.EVALUATION_BATCH;

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

  /** Loads the model and finds the data. The caller closes it. */
  Opened open() throws IOException {
    Configuration hadoop = spark.hadoop();
    Path folder = RunFolder.path(run);
    RunFolder.ModelPlace place = RunFolder.model(run, hadoop);
    SavedModel saved = ModelFolder.read(place.folder(), hadoop);
    if (config == null && !place.ofRun()) {
      throw new CommandException(
          ExitCode.USAGE,
          run + " is a model's folder, which names no data: the run's folder, or --config FILE");
    }
    ExampleSource source = source(folder, hadoop);
    Description data = source.describe(hadoop, saved.schema());
    Notes.print(data);
    ModelSpec model = network(run, saved);
    NativeNeed.of(model, 1, 0, BATCH)
        .check("applying the model", NativeSetup.maxBytes(), HeapCheck.HERE);
    Opened opened = new Opened(saved, model.open(), source, hadoop, data);
    try {
      opened.need().check("applying the model", Runtime.getRuntime().maxMemory(), HeapCheck.HERE);
      return opened;
    } catch (DataException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * What a saved model describes.
   *
   * @param run where it is, for messages
   * @throws DataException when its description does not fit its parameters
   */
  static ModelSpec network(String run, SavedModel saved) {
    ModelSettings settings = ModelSettings.parse(run + ": model.json", saved.modelJson());
    ModelSpec model = Models.open(settings, saved.input(), saved.outputs());
    if (!model.layout().equals(saved.layout())) {
      throw new DataException(run + ": model.json describes other parameters than layout.json");
    }
    return model;
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

  /** A model ready to compute, and its data, which is read with the model's schema. */
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

    private Evaluation emptyEvaluation() {
      return data.classes() > 0
          ? Evaluation.ofClasses(saved.loss(), saved.outputs())
          : Evaluation.ofTargets(saved.loss(), saved.outputs());
    }

    /** What training found on these examples, to the bit. */
    Workers.Evaluated evaluation() throws IOException {
      Evaluation found = emptyEvaluation();
      ScoreCounts scores = data.classes() > 0 ? ScoreCounts.of(saved.outputs()) : ScoreCounts.NONE;
      forEachBatch(
          (at, batch, outputs) -> {
            found.add(batch, outputs);
            scores.add(batch, outputs);
          });
      return new Workers.Evaluated(found, scores);
    }

    /**
     * Calls with the outputs for some examples, in the order of the data, and how many they are.
     * The array is reused.
     */
    void forEachOutputs(BiConsumer<float[], Integer> each) throws IOException {
      int width = saved.outputs();
      int workers = saved.workers();
      float[] ordered = new float[Math.multiplyExact(Math.min(block(), data.examples()), width)];
      forEachBatch(
          (at, batch, outputs) -> {
            int first = at % block();
            for (int e = 0; e < batch.count(); e++) {
              System.arraycopy(outputs, e * width, ordered, (first + e * workers) * width, width);
            }
            int end = Math.min(at - first + block(), data.examples());
            boolean last = first == workers - 1 || at == end - 1;
            if (last) each.accept(ordered, end - at + first);
          });
    }

    /** Examples that all workers compute in one go. */
    private int block() {
      return Math.multiplyExact(BATCH, saved.workers());
    }

    /** A batch as a worker had it while training: every workers-th example, from {@code at} on. */
    private interface Each {
      void accept(int at, MiniBatch batch, float[] outputs);
    }

    /**
     * Calls with each batch and the outputs for it. Examples are dealt to the workers and cut into
     * batches as they were while training: another batch may round otherwise.
     */
    private void forEachBatch(Each each) throws IOException {
      MiniBatch batch =
          data.classes() > 0
              ? MiniBatch.labelled(saved.input(), BATCH)
              : MiniBatch.targeted(saved.input(), BATCH, saved.outputs());
      float[] outputs = new float[BATCH * saved.outputs()];
      int most = chunk();
      for (long start = 0; start < data.examples(); start += most) {
        int end = (int) Math.min(start + most, data.examples());
        Batches chunk = isWhole() ? load(IntStream.range((int) start, end).toArray()) : null;
        for (int from = (int) start; from < end; from += block()) {
          int to = Math.min(from + block(), end);
          for (int v = from; v < Math.min(from + saved.workers(), to); v++) {
            int[] rows = IntStream.iterate(v, r -> r < to, r -> r + saved.workers()).toArray();
            fill(batch, chunk, rows, (int) start);
            function.outputs(saved.parameters(), batch, outputs);
            each.accept(v, batch, outputs);
          }
        }
      }
    }

    /**
     * Takes the examples from the chunk, or where a block is too large for memory, from the set.
     */
    private void fill(MiniBatch batch, Batches chunkOrNull, int[] examples, int start)
        throws IOException {
      Batches batches = chunkOrNull == null ? load(examples) : chunkOrNull;
      int[] rows =
          chunkOrNull == null
              ? IntStream.range(0, examples.length).toArray()
              : IntStream.of(examples).map(e -> e - start).toArray();
      batches.fill(batch, rows, 0, rows.length, new MiniBatch.Draw(0, 0, 0));
    }

    private Batches load(int[] wanted) throws IOException {
      Examples some = source.load(hadoop, saved.schema(), wanted, saved.normalizer().offsets());
      return new Batches(some, saved.normalizer());
    }

    /** Whether the examples of a block are held in memory at once. */
    private boolean isWhole() {
      return Math.min(block(), data.examples()) * exampleBytes() <= CHUNK_BYTES;
    }

    /** Examples of whole blocks. */
    private int chunk() {
      long fit = Math.min(CHUNK, CHUNK_BYTES / exampleBytes());
      return (int) Math.max(block(), fit / block() * block());
    }

    private long exampleBytes() {
      return (long) data.shape().size() * (data.bytes() ? 1 : Float.BYTES);
    }

    /** A chunk of examples, a batch and its outputs, and the parameters. */
    private HeapNeed need() {
      long outputs = (long) BATCH * saved.outputs() * Float.BYTES;
      return new HeapNeed(
          Math.min(isWhole() ? chunk() : BATCH, data.examples()) * exampleBytes(),
          0,
          BATCH * exampleBytes() + outputs,
          (long) saved.parameters().length * Float.BYTES);
    }

    @Override
    public void close() {
      function.close();
    }
  }
}
