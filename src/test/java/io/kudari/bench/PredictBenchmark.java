package io.kudari.bench;

import io.kudari.data.format.IdxSource;
import io.kudari.inference.LocalInference;
import io.kudari.inference.TrainedModel;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * Examples a second of a model applied to an IDX file of images, several times in this process:
 * read and computed as {@code kudari predict} does, or computed alone, with all batches in memory
 * and a thread a core. Counted from the first batch that is done to the last. Run by {@code
 * scripts/bench-predict}, which starts a new process for each.
 */
public final class PredictBenchmark {

  /** As {@code predict} takes them. */
  private static final int BATCH = 256;

  private static final int HEADER = 16;

  /** Counts from the end of the first batch on. */
  private static final class Clock {

    private long examples;
    private long first;
    private long last;

    synchronized void done(int count) {
      last = System.nanoTime();
      if (first == 0) first = last;
      else examples += count;
    }

    synchronized double perSecond() {
      return examples / ((last - first) / 1e9);
    }
  }

  private PredictBenchmark() {}

  /**
   * Measures, and prints a line of rates, in the order of the passes.
   *
   * @param args {@code predict} or {@code engine}, a model's folder, an IDX file, passes
   */
  public static void main(String[] args) throws Exception {
    Configuration hadoop = new Configuration();
    TrainedModel model = TrainedModel.read(args[1], new org.apache.hadoop.fs.Path(args[1]), hadoop);
    boolean alone = args[0].equals("engine");
    List<MiniBatch> batches = alone ? batches(model, Path.of(args[2])) : List.of();
    StringBuilder line = new StringBuilder();
    for (int pass = 0; pass < Integer.parseInt(args[3]); pass++) {
      Clock clock = new Clock();
      if (alone) compute(model, batches, clock);
      else predict(model, args[2], hadoop, clock);
      line.append(String.format(" %.0f", clock.perSecond()));
    }
    System.out.println(args[0] + line);
    System.exit(0);
  }

  private static void predict(TrainedModel model, String file, Configuration hadoop, Clock clock)
      throws IOException {
    IdxSource images = new IdxSource(file, "", 0);
    new LocalInference(model, images, hadoop, note -> {})
        .predict((first, batch, outputs) -> batch.count(), clock::done);
  }

  private static void compute(TrainedModel model, List<MiniBatch> batches, Clock clock)
      throws Exception {
    int threads = Runtime.getRuntime().availableProcessors();
    ExecutorService computing = Executors.newFixedThreadPool(threads);
    AtomicInteger next = new AtomicInteger();
    Callable<Void> work =
        () -> {
          try (GradientFunction engine = model.model().open()) {
            float[] outputs = new float[BATCH * model.saved().outputs()];
            for (int b = next.getAndIncrement(); b < batches.size(); b = next.getAndIncrement()) {
              engine.outputs(model.saved().parameters(), batches.get(b), outputs);
              clock.done(batches.get(b).count());
            }
          }
          return null;
        };
    try {
      for (Future<Void> ended :
          computing.invokeAll(IntStream.range(0, threads).mapToObj(t -> work).toList())) {
        var unused = ended.get();
      }
    } finally {
      computing.shutdownNow();
    }
  }

  private static List<MiniBatch> batches(TrainedModel model, Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    int size = model.saved().input().size();
    List<MiniBatch> batches = new ArrayList<>();
    for (int at = HEADER; at < all.length; at += BATCH * size) {
      int count = Math.min(BATCH, (all.length - at) / size);
      MiniBatch batch = MiniBatch.labelled(model.saved().input(), BATCH);
      System.arraycopy(all, at, batch.bytes(), 0, count * size);
      batch.filled(count, new MiniBatch.Draw(0, 0, 0), model.saved().normalizer().scaling());
      batches.add(batch);
    }
    return batches;
  }
}
