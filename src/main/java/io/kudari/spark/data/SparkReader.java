package io.kudari.spark.data;

import io.kudari.collective.Distribution;
import io.kudari.data.Deal;
import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Findings;
import io.kudari.data.FoundTable;
import io.kudari.data.ReadProgress;
import io.kudari.data.Receipt;
import io.kudari.data.Schema;
import io.kudari.data.SetReader;
import io.kudari.data.Shards;
import io.kudari.data.SourceReader;
import io.kudari.data.SplitException;
import io.kudari.data.SplitReading;
import io.kudari.data.Survey;
import io.kudari.data.TableSource;
import io.kudari.data.order.Division;
import io.kudari.spark.cluster.JobGroup;
import io.kudari.spark.cluster.Parcel;
import io.kudari.spark.cluster.Removals;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads sets by tasks of Spark: what they find is added up here, and examples that this process
 * needs come partition by partition.
 *
 * @param here reads what needs no Spark, unless tasks are to read all
 * @param all whether tasks read files, too, such as on a cluster
 */
public record SparkReader(JavaSparkContext spark, SourceReader here, boolean all)
    implements SetReader {

  @Override
  public SparkReader watched(ReadProgress.Watch watch) {
    return new SparkReader(spark, here.watched(watch), all);
  }

  private static final long TICK_MILLIS = 200;

  private boolean isOfTasks(ExampleSource source) {
    return all || source instanceof FrameSource;
  }

  private SetJobs jobs() {
    return new SetJobs(spark);
  }

  @Override
  public Survey surveyOnce(ExampleSource source, Schema schema, long seed, boolean keeps)
      throws IOException {
    if (!isOfTasks(source)) return here.surveyOnce(source, schema, seed, keeps);
    SplitReading<Survey> whole =
        SplitReading.of(
            source,
            here.hadoop(),
            (splits, again) -> found(source, splits, schema, seed).survey(splits));
    return whole.found().after(whole.read());
  }

  @Override
  public FoundTable columnsOnce(TableSource source, Schema schema) throws IOException {
    if (!isOfTasks(source)) return here.columnsOnce(source, schema);
    return SplitReading.of(
            source, here.hadoop(), (splits, again) -> found(source, splits, schema, 0))
        .found()
        .columns();
  }

  private Findings found(ExampleSource source, List<ExampleSource> splits, Schema schema, long seed)
      throws IOException {
    Findings found = new Findings(source.name(), schema);
    AtomicLong read = new AtomicLong();
    Consumer<byte[]> taker =
        report -> {
          read.addAndGet(Report.read(report));
          Report.add(report, found);
        };
    try {
      return jobs()
          .run(
              source,
              "kudari describe",
              jobs -> {
                JavaRDD<byte[]> reports = Splits.of(spark, source, splits).describe(schema, seed);
                long begun = System.nanoTime();
                new ReportJob(spark, reports, taker).await(TICK_MILLIS, () -> tell(jobs, begun));
                return found;
              });
    } catch (SplitException e) {
      throw e.after(read.get());
    }
  }

  /** Says how many tasks have ended. */
  private void tell(JobGroup jobs, long begun) {
    double seconds = (System.nanoTime() - begun) / 1e9;
    jobs.tasks()
        .map(t -> new ReadProgress(false, t.done(), t.of(), -1, -1, seconds))
        .ifPresent(here.watch());
  }

  @Override
  public Shards deal(ExampleSource source, Description of, Deal deal, int first, int last)
      throws IOException {
    if (!(source instanceof FrameSource frame)) return here.deal(source, of, deal, first, last);
    Receipt receipt = new Receipt(of, source, deal, first, last, here.room());
    var hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    try (Removals removals = new Removals()) {
      Broadcast<Parcel<Share>> share =
          spark.broadcast(Parcel.of(new Share(deal, first, last, hadoop)));
      try {
        return jobs()
            .run(
                source,
                "kudari deal",
                jobs -> {
                  JavaRDD<byte[]> blocks = frame.set().deal(share, false).values();
                  for (Iterator<byte[]> i = blocks.toLocalIterator(); i.hasNext(); )
                    Block.read(i.next(), new Receiving(receipt));
                  return receipt.shards();
                });
      } finally {
        removals.add(share);
      }
    }
  }

  /** One share, of this process. */
  private record Share(Deal deal, int first, int last, SerializableConfiguration conf)
      implements Splits.Dealt {

    private static final long serialVersionUID = 1;

    @Override
    public Deal deal(boolean test) {
      return deal;
    }

    @Override
    public Configuration hadoop() {
      return conf.value();
    }

    @Override
    public Distribution distribution() {
      return Distribution.even(deal.division().workers(), 1);
    }

    @Override
    public List<Division.Part> parts(boolean test) {
      return List.of(deal.division().part(first, last));
    }
  }
}
