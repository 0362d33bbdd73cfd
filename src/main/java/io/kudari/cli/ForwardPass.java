package io.kudari.cli;

import io.kudari.checkpoint.SavedModel;
import io.kudari.data.BatchSink;
import io.kudari.data.ExampleMemory;
import io.kudari.data.ExampleSource;
import io.kudari.engine.processor.NativeSetup;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.run.HeapCheck;
import io.kudari.train.worker.HeapNeed;
import io.kudari.train.worker.NativeNeed;
import io.kudari.train.worker.WorkerRange;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;

/**
 * A saved model applied to the examples of a source, in one reading: a thread reads and fills
 * batches, others compute them, and what they make of each is handed on in the source's order. Its
 * memory does not grow with the examples. Used once.
 */
final class ForwardPass<T> implements BatchSink.Computing {

  private static final int BATCH = WorkerRange.EVALUATION_BATCH;
  private static final String WHAT = "applying the model";

  private final SavedModel saved;
  private final ModelSpec model;
  private final Work<T> work;
  private final int threads;
  private final ExecutorService computing;
  private final ExecutorService reading = Executors.newSingleThreadExecutor(named("kudari-reader"));
  private final Future<T> end = new CompletableFuture<>();
  private final BlockingQueue<Future<T>> ordered;
  private final BlockingQueue<MiniBatch> empty = new LinkedBlockingQueue<>();
  private final Queue<Computer> idle = new ConcurrentLinkedQueue<>();
  private int batches;

  /** Of them, found when the first is asked for. */
  private int most;

  private long examples;

  /** What is made of a batch, on any thread. */
  interface Work<T> {

    /**
     * The result.
     *
     * @param first number of the batch's first example
     * @param outputs of the model, overwritten later
     */
    T of(long first, MiniBatch batch, float[] outputs);
  }

  /** Takes the results, on the caller's thread. */
  interface Taker<T> {
    void take(T result) throws IOException;
  }

  /** What one thread computes with. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Computer(GradientFunction function, float[] outputs) {}

  /**
   * Of a model.
   *
   * @throws io.kudari.data.DataException when there is too little memory for it
   */
  ForwardPass(SavedModel saved, ModelSpec model, Work<T> work) {
    this.saved = saved;
    this.model = model;
    this.work = work;
    this.threads = threads(model);
    this.computing = Executors.newFixedThreadPool(threads, named("kudari-computer"));
    this.ordered = new ArrayBlockingQueue<>(2 * threads);
  }

  /** As many as there are cores and memory for. */
  static int threads(ModelSpec model) {
    NativeNeed one = NativeNeed.of(model, 1, 0, BATCH);
    long most = NativeSetup.maxBytes();
    one.check(WHAT, most, HeapCheck.HERE);
    int cores = Runtime.getRuntime().availableProcessors();
    if (!one.limited() || most == 0) return cores;
    return (int) Math.max(1, Math.min(cores, most / Math.max(1, one.total())));
  }

  /**
   * Reads all of a source.
   *
   * @param labels whether batches are to have labels or targets
   * @throws io.kudari.data.DataException when it breaks its format's rules, does not fit the
   *     model's schema or holds no examples; results of earlier batches have been taken then
   */
  void run(ExampleSource source, Configuration hadoop, boolean labels, Taker<T> taker)
      throws IOException {
    BatchSink sink =
        new BatchSink(
            source.name(), saved.schema(), saved.normalizer(), labels, Notes::print, this);
    try {
      Future<Void> read = reading.submit(() -> read(source, hadoop, sink));
      for (Future<T> next = ordered.take(); next != end; next = ordered.take())
        taker.take(get(next));
      var unused = get(read);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      close();
    }
  }

  private Void read(ExampleSource source, Configuration hadoop, BatchSink sink)
      throws IOException, InterruptedException {
    try {
      source.read(hadoop, sink);
      sink.finish();
    } finally {
      ordered.put(end);
    }
    return null;
  }

  @Override
  public MiniBatch empty(boolean ofBytes) {
    if (batches == 0) most = Math.min(threads + 2, batches(saved, ofBytes, 0));
    if (batches < most) {
      batches++;
      return saved.schema().targets() == 0
          ? MiniBatch.labelled(saved.input(), BATCH)
          : MiniBatch.targeted(saved.input(), BATCH, saved.outputs());
    }
    try {
      return empty.take();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody waits for the examples any more", e);
    }
  }

  /**
   * How many batches have room at once: those that fit into a quarter of the heap, but at least
   * one.
   *
   * @param examples bytes of those that are in memory, too
   * @throws io.kudari.data.DataException when there is no room for one with its outputs, and the
   *     parameters
   */
  static int batches(SavedModel saved, boolean ofBytes, long examples) {
    long batch = (long) BATCH * saved.input().size() * (ofBytes ? 1 : Float.BYTES);
    long outputs = (long) BATCH * saved.outputs() * Float.BYTES;
    long heap = Runtime.getRuntime().maxMemory();
    new HeapNeed(examples, 0, batch + outputs, (long) saved.parameters().length * Float.BYTES)
        .within(ExampleMemory.QUARTER.of(heap))
        .check(WHAT, heap, HeapCheck.HERE);
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, heap / 4 / batch));
  }

  @Override
  public void full(MiniBatch batch) {
    long first = examples;
    examples += batch.count();
    Callable<T> task = () -> compute(first, batch);
    try {
      ordered.put(computing.submit(task));
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody waits for the examples any more", e);
    }
  }

  private T compute(long first, MiniBatch batch) {
    Computer found = idle.poll();
    Computer with =
        found != null ? found : new Computer(model.open(), new float[BATCH * saved.outputs()]);
    try {
      with.function.outputs(saved.parameters(), batch, with.outputs);
      saved.normalizer().targets().restore(with.outputs, batch.count());
      T result = work.of(first, batch, with.outputs);
      empty.add(batch);
      return result;
    } finally {
      idle.add(with);
    }
  }

  /** Native memory is freed when nobody computes with it; a reader may wait for input for ever. */
  private void close() throws IOException {
    reading.shutdownNow();
    computing.shutdownNow();
    try {
      while (!computing.awaitTermination(1, TimeUnit.MINUTES)) Thread.onSpinWait();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    idle.forEach(with -> with.function.close());
  }

  private static ThreadFactory named(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IOException("interrupted while the model was applied", e);
  }

  private static <R> R get(Future<R> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) throw failure;
      if (e.getCause() instanceof RuntimeException failure) throw failure;
      if (e.getCause() instanceof Error failure) throw failure;
      throw new IllegalStateException(e.getCause());
    }
  }
}
