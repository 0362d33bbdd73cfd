package io.kudari.spark.data;

import java.util.List;
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
 * process for the others.
 */
final class ReportJob {

  private final Consumer<byte[]> taker;
  private final SimpleFutureAction<BoxedUnit> job;

  /** The first task, by number, whose report the taker refused. */
  private int refused = Integer.MAX_VALUE;

  private RuntimeException refusal;

  /**
   * Submits it.
   *
   * @param reports one of each task
   * @param taker takes them one at a time, in any order, on a thread of Spark's; what it throws is
   *     thrown by {@link #await}, of several tasks that of the first in the set
   */
  ReportJob(JavaSparkContext spark, JavaRDD<byte[]> reports, Consumer<byte[]> taker) {
    this.taker = taker;
    int count = reports.getNumPartitions();
    List<Object> tasks = IntStream.range(0, count).<Object>mapToObj(t -> t).toList();
    this.job =
        spark
            .sc()
            .submitJob(
                reports.rdd(),
                new First(),
                JavaConverters.asScalaBuffer(tasks).toSeq(),
                new AbstractFunction2<Object, byte[], BoxedUnit>() {
                  @Override
                  public BoxedUnit apply(Object task, byte[] report) {
                    take((Integer) task, report);
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

  private synchronized void take(int task, byte[] report) {
    try {
      taker.accept(report);
    } catch (RuntimeException e) {
      if (task > refused) return;
      refused = task;
      refusal = e;
    }
  }

  /**
   * Waits until all reports have been taken.
   *
   * @param tick called now and then while that takes long
   * @throws RuntimeException as Spark fails, also with exceptions that it does not declare, or as
   *     the taker did
   */
  void await(long tickMillis, Runnable tick) {
    while (!isReady(tickMillis)) tick.run();
    if (job.value().get().isFailure())
      throw ReportJob.<RuntimeException>thrown(job.value().get().failed().get());
    synchronized (this) {
      if (refusal != null) throw refusal;
    }
  }

  private boolean isReady(long millis) {
    try {
      var unused = Await.ready(job, Duration.create(millis, TimeUnit.MILLISECONDS));
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      throw ReportJob.<RuntimeException>thrown(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E thrown(Throwable e) throws E {
    throw (E) e;
  }
}
