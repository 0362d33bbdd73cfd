package io.kudari.spark.data;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.concurrent.Await;
import scala.concurrent.duration.Duration;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * A job each of whose tasks gives one report, which is handed on as it arrives: none waits in this
 * process for the others. Reports are taken on the thread that waits for them: Spark's own would
 * schedule no task meanwhile, and would not survive an error of memory.
 */
final class ReportJob {

  private record Arrived(int task, byte[] report) {}

  private final Consumer<byte[]> taker;
  private final BlockingQueue<Arrived> arrived = new LinkedBlockingQueue<>();
  private final int tasks;
  private final SimpleFutureAction<BoxedUnit> job;

  /** The first task, by number, whose report the taker refused. */
  private int refused = Integer.MAX_VALUE;

  private RuntimeException refusal;

  /**
   * Submits it.
   *
   * @param reports one of each task
   * @param taker takes them one at a time, in any order, on the thread that calls {@link #await};
   *     an exception that it throws is thrown when all are taken, of several tasks that of the
   *     first in the set
   */
  ReportJob(JavaSparkContext spark, JavaRDD<byte[]> reports, Consumer<byte[]> taker) {
    this.taker = taker;
    this.tasks = reports.getNumPartitions();
    List<Object> numbers = IntStream.range(0, tasks).<Object>mapToObj(t -> t).toList();
    this.job =
        spark
            .sc()
            .submitJob(
                reports.rdd(),
                new First(),
                JavaConverters.asScalaBuffer(numbers).toSeq(),
                new AbstractFunction2<Object, byte[], BoxedUnit>() {
                  @Override
                  public BoxedUnit apply(Object task, byte[] report) {
                    arrived.add(new Arrived((Integer) task, report));
                    return BoxedUnit.UNIT;
                  }
                },
                new AbstractFunction0<BoxedUnit>() {
                  @Override
                  public BoxedUnit apply() {
                    return BoxedUnit.UNIT;
                  }
                });
  }

  /** The one report of a task. */
  private static final class First extends AbstractFunction1<Iterator<byte[]>, byte[]>
      implements java.io.Serializable {

    private static final long serialVersionUID = 1;

    @Override
    public byte[] apply(Iterator<byte[]> reports) {
      return reports.next();
    }
  }

  /**
   * Takes all reports.
   *
   * @param tick called about every {@code tickMillis}, whether reports arrive or not
   * @throws RuntimeException as Spark fails, also with exceptions that it does not declare, or as
   *     the taker did
   */
  void await(long tickMillis, Runnable tick) {
    long told = System.nanoTime();
    for (int taken = 0; taken < tasks; ) {
      boolean ended = job.isCompleted();
      Arrived next = next(tickMillis);
      if (next == null && ended) break; // It has failed.
      if (next != null) {
        take(next);
        taken++;
      }
      if (System.nanoTime() - told < TimeUnit.MILLISECONDS.toNanos(tickMillis)) continue;
      tick.run();
      told = System.nanoTime();
    }
    end();
    if (refusal != null) throw refusal;
  }

  private Arrived next(long millis) {
    try {
      return arrived.poll(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw ReportJob.<RuntimeException>thrown(e);
    }
  }

  private void take(Arrived next) {
    try {
      taker.accept(next.report);
    } catch (RuntimeException e) {
      if (next.task > refused) return;
      refused = next.task;
      refusal = e;
    }
  }

  private void end() {
    try {
      var unused = Await.ready(job, Duration.Inf());
    } catch (InterruptedException | TimeoutException e) {
      throw ReportJob.<RuntimeException>thrown(e);
    }
    if (job.value().get().isFailure())
      throw ReportJob.<RuntimeException>thrown(job.value().get().failed().get());
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E thrown(Throwable e) throws E {
    throw (E) e;
  }
}
