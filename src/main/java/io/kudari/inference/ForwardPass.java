package io.kudari.inference;

import io.kudari.checkpoint.SavedModel;
import io.kudari.data.BatchSink;
import io.kudari.data.DataException;
import io.kudari.data.ExampleMemory;
import io.kudari.data.ExampleSource;
import io.kudari.data.SplitSequence;
import io.kudari.engine.processor.NativeSetup;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.run.HeapCheck;
import io.kudari.train.worker.HeapNeed;
import io.kudari.train.worker.NativeNeed;
import java.io.IOException;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
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
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * A saved model applied to the examples of a source, in one reading: a thread reads and fills
 * batches, others compute them, and what they make of each is handed on in the source's order. Its
 * memory does not grow with the examples. Used once.
 */
final class ForwardPass<T> implements BatchSink.Computing, SplitSequence.Sinks<BatchSink> {

  private static final int BATCH = TrainedModel.BATCH;
  private static final String WHAT = "applying the model";

  private final TrainedModel model;
  private final Consumer<String> notes;
  private final Set<String> noted = new HashSet<>();
  private final LocalInference.Work<T> work;
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

  /**
   * Of a model.
   *
   * @param notes gets each line for the user once
   * @throws io.kudari.data.DataException when there is too little memory for it
   */
  ForwardPass(TrainedModel model, LocalInference.Work<T> work, Consumer<String> notes) {
    this.model = model;
    this.work = work;
    this.notes = notes;
    this.threads = threads(model.model());
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
   * Reads all of a source, which needs no labels.
   *
   * @throws DataException when it breaks its format's rules, does not fit the model's schema or
   *     holds no examples; results of earlier batches have been taken then
   */
  void run(ExampleSource source, Configuration hadoop, LocalInference.Taker<T> taker)
      throws IOException {
    try {
      Future<Void> read = reading.submit(() -> read(source, hadoop));
      for (Future<T> next = ordered.take(); next != end; next = ordered.take())
        taker.take(get(next));
      var unused = get(read);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      close();
    }
  }

  private Void read(ExampleSource source, Configuration hadoop)
      throws IOException, InterruptedException {
    try {
      if (SplitSequence.of(source, hadoop).read(hadoop, this) == 0)
        throw new DataException(source.name() + ": holds no examples");
    } finally {
      ordered.put(end);
    }
    return null;
  }

  @Override
  public BatchSink next(String name, long passed) {
    Consumer<String> once =
        line -> {
          if (noted.add(line)) notes.accept(line);
        };
    return new BatchSink(
        name, model.schema(), model.saved().normalizer(), false, passed, once, this);
  }

  @Override
  public void end(BatchSink sink) {
    sink.finish();
  }

  @Override
  public MiniBatch empty(boolean ofBytes) {
    if (batches == 0)
      most = Math.min(threads + 2, batches(model, ofBytes, 0, ExampleMemory.QUARTER));
    if (batches < most) {
      batches++;
      return model.batch();
    }
    try {
      return empty.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nobody waits for the examples any more", e);
    }
  }

  /**
   * How many batches have room at once: those that fit into a quarter of the heap, but at least
   * one.
   *
   * @param examples bytes of those that are kept, too
   * @param memory what those take of the heap at most
   * @throws io.kudari.data.DataException when there is no room for one with its outputs, and the
   *     parameters
   */
  static int batches(TrainedModel of, boolean ofBytes, long examples, ExampleMemory memory) {
    SavedModel saved = of.saved();
    long batch = (long) BATCH * saved.input().size() * (ofBytes ? 1 : Float.BYTES);
    long outputs = (long) BATCH * saved.outputs() * Float.BYTES;
    long heap = Runtime.getRuntime().maxMemory();
    new HeapNeed(examples, 0, batch + outputs, (long) saved.parameters().length * Float.BYTES)
        .within(memory.of(heap))
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
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nobody waits for the examples any more", e);
    }
  }

  private T compute(long first, MiniBatch batch) {
    Computer found = idle.poll();
    Computer with = found != null ? found : new Computer(model);
    try {
      T result = work.of(first, batch, with.outputs(batch));
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
    idle.forEach(Computer::close);
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
