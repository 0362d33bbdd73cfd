package io.kudari.exchange;

import io.kudari.collective.Courier;
import io.kudari.collective.Distribution;
import io.kudari.collective.Precision;
import io.kudari.collective.ReduceScatter;
import io.kudari.collective.SumReader;
import io.kudari.collective.TreeSum;
import io.kudari.math.Layout;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import io.kudari.setting.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * Every value is exchanged, in 32 bits: reduce-scatter of the vectors, all-gather of what was
 * updated. Within a rank the sum is read block by block from the threads' vectors.
 */
public record Dense() implements GradientExchange {

  static final Exchanges.Kind KIND =
      new Exchanges.Kind(
          "dense",
          "the default: every value, in 32 bits, by reduce-scatter and all-gather",
          List.of(),
          settings -> {
            var unused = Setting.complete("dense", List.of(), settings);
            return new Dense();
          });

  @Override
  public String name() {
    return KIND.name();
  }

  @Override
  public double summedBytes(Layout layout) {
    return (double) Float.BYTES * layout.size();
  }

  /** A rank with several workers sums them before it sends, and the others wait for it. */
  @Override
  public boolean sendsEarly(Distribution workers) {
    return workers.workers() == workers.ranks();
  }

  /** The same of vectors that are changed when they are complete, and not sent before. */
  public static Exchange ofComplete(TeamMember member) {
    return ofComplete(member, Precision.FULL);
  }

  /** The same of vectors, and sums, that are rounded. */
  static Exchange ofComplete(TeamMember member, Precision precision) {
    return new OfAll(member, false, precision);
  }

  @Override
  public Exchange open(TeamMember member, Codec codec) {
    return new OfAll(member, true, Precision.FULL);
  }

  private static final class OfAll implements Exchange {

    private static final ObjIntConsumer<float[]> NOBODY = (values, from) -> {};

    private final TeamMember member;
    private final Team team;
    private final int thread;
    private final Precision precision;
    private final Slice slice;

    /** Of a rank with one thread and one worker; others sum before they send. */
    private final boolean mayOverlap;

    private final Overlap overlap = new Overlap();
    private final ObjIntConsumer<float[]> sender = this::advance;
    private SumReader sums;
    private List<TreeSum.Node<float[]>> own = List.of();
    private ReduceScatter begunOrNull;
    private long sendNanos;

    OfAll(TeamMember member, boolean early, Precision precision) {
      this.precision = precision;
      this.member = member;
      this.team = member.team();
      this.thread = member.thread();
      this.slice = team.slice(thread);
      this.mayOverlap = early && !team.isAlone() && team.hosted() == 1;
    }

    @Override
    public Slice slice() {
      return slice;
    }

    @Override
    public ObjIntConsumer<float[]> progress() {
      return mayOverlap && overlap.next(System.nanoTime()) ? sender : NOBODY;
    }

    /** Sends what is final of the vector of the rank's only worker. */
    private void advance(float[] values, int from) {
      long start = System.nanoTime();
      if (begunOrNull == null) {
        TreeSum<float[]> sum = new TreeSum<>(team.distribution().workers(), (left, right) -> left);
        sum.add(team.distribution().first(team.rank()), values);
        begunOrNull = begin(sum.nodes(), precision);
      }
      begunOrNull.advance(from);
      sendNanos += System.nanoTime() - start;
    }

    private ReduceScatter begin(List<TreeSum.Node<float[]>> nodes, Precision of) {
      return team.collectives()
          .startReduceScatter(member.nextOperation(), nodes, team.rankSlices(), of);
    }

    @Override
    public long takeProgressNanos() {
      long nanos = sendNanos;
      sendNanos = 0;
      return nanos;
    }

    @Override
    public void offer(List<TreeSum.Node<float[]>> vectors) {
      own = vectors;
      team.offer(thread, vectors);
    }

    @Override
    public VectorSource reduce() {
      return team.isAlone() ? sumOfThreads() : VectorSource.of(sumWithOthers(own, precision));
    }

    @Override
    public boolean worksAside() {
      return !team.isAlone();
    }

    @Override
    public VectorSource reduceAside() {
      List<TreeSum.Node<float[]>> nodes = sumOfRank(own, precision);
      float[] sum = nodes.get(0).value();
      Runnable work = () -> begin(nodes, precision).finish(sum);
      Courier.Errand errand = team.lead(thread, () -> team.courier().send(work));
      return (from, to, into) -> {
        errand.await();
        System.arraycopy(sum, from, into, 0, to - from);
      };
    }

    @Override
    public Courier.Errand publishAside(Runnable update, float[] values) {
      team.show(thread, update);
      return team.lead(
          thread,
          () -> {
            List<Runnable> updates = new ArrayList<>();
            for (int t = 0; t < team.threads(); t++) updates.add(team.shownBy(t));
            Runnable work =
                () -> {
                  updates.forEach(Runnable::run);
                  gather(values);
                };
            return team.courier().send(work);
          });
    }

    private void gather(float[] values) {
      team.collectives().allGather(member.nextOperation(), values, team.rankSlices());
    }

    /** What all threads have offered, summed as it is read; the vectors stay as they are. */
    private VectorSource sumOfThreads() {
      List<TreeSum.Node<float[]>> all = new ArrayList<>();
      for (int t = 0; t < team.threads(); t++) all.addAll(team.offered(t));
      if (sums == null)
        sums = new SumReader(team.distribution().workers(), all, Layout.BLOCK, precision);
      sums.of(all.stream().map(TreeSum.Node::value).toList());
      return sums;
    }

    @Override
    public float[] sum(List<TreeSum.Node<float[]>> nodes) {
      return team.isAlone()
          ? team.sum().sum(thread, nodes, slice).get(0).value()
          : sumWithOthers(nodes, Precision.FULL);
    }

    /** The threads make the rank's nodes of whole vectors; then the lead exchanges them. */
    private float[] sumWithOthers(List<TreeSum.Node<float[]>> vectors, Precision of) {
      List<TreeSum.Node<float[]>> nodes = sumOfRank(vectors, of);
      return team.lead(
          thread,
          () -> {
            ReduceScatter begun = begunOrNull != null ? begunOrNull : begin(nodes, of);
            begunOrNull = null;
            float[] sum = nodes.get(0).value();
            begun.finish(sum);
            return sum;
          });
    }

    /** The rank's nodes, of which this thread has summed its part. */
    private List<TreeSum.Node<float[]>> sumOfRank(
        List<TreeSum.Node<float[]>> vectors, Precision of) {
      Slice part = team.layout().shard(thread, team.threads());
      return team.sum().sum(thread, vectors, part, of);
    }

    @Override
    public void publish(float[] values) {
      if (team.isAlone()) {
        team.await(thread);
        return;
      }
      team.lead(
          thread,
          () -> {
            gather(values);
            return values;
          });
    }
  }
}
