package io.kudari.exchange;

import io.kudari.collective.TreeSum;
import io.kudari.math.Floats;
import io.kudari.math.Layout;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import io.kudari.setting.Setting;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * No vector is exchanged: to measure how much faster steps were if the exchange cost nothing. Each
 * thread takes the sum over its own workers, times how many as many workers there are, for that of
 * all, and updates the same slice as with {@link Dense}; ranks keep what others would have sent as
 * it was. Loss, counts and evaluations are still summed.
 *
 * <p>What such a run learns depends on the ranks and is worth nothing.
 */
public record NoExchange() implements GradientExchange {

  static final Exchanges.Kind KIND =
      new Exchanges.Kind(
          "none",
          "no gradients and no parameters, **for measurement only**: each thread takes its own"
              + " workers' sum for that of all, so what such a run learns depends on the ranks and"
              + " is worth nothing. Its steps take the time that steps had if the exchange cost"
              + " nothing; losses, counts and evaluations are still summed. It needs `strategy ="
              + " all-reduce` and an optimizer that takes steps",
          List.of(),
          settings -> {
            var unused = Setting.complete("none", List.of(), settings);
            return new NoExchange();
          });

  @Override
  public String name() {
    return KIND.name();
  }

  @Override
  public boolean isExact() {
    return false;
  }

  @Override
  public Exchange open(TeamMember member, Codec codec) {
    return new OfOwn(member.team(), member.thread());
  }

  private static final class OfOwn implements Exchange, VectorSource {

    private static final ObjIntConsumer<float[]> NOBODY = (values, from) -> {};

    private final Team team;
    private final Slice slice;
    private final int thread;
    private final float factor;
    private final float[] piece = new float[Layout.BLOCK];
    private final float[] sum;
    private List<TreeSum.Node<float[]>> own = List.of();

    OfOwn(Team team, int thread) {
      this.team = team;
      this.slice = team.slice(thread);
      this.thread = thread;
      this.factor = (float) team.distribution().workers() * team.threads() / team.hosted();
      this.sum = new float[team.layout().size()];
    }

    @Override
    public Slice slice() {
      return slice;
    }

    @Override
    public ObjIntConsumer<float[]> progress() {
      return NOBODY;
    }

    @Override
    public long takeProgressNanos() {
      return 0;
    }

    @Override
    public void offer(List<TreeSum.Node<float[]>> vectors) {
      own = vectors;
    }

    @Override
    public VectorSource reduce() {
      return this;
    }

    @Override
    public void read(int from, int to, float[] into) {
      System.arraycopy(own.get(0).value(), from, into, 0, to - from);
      for (int k = 1; k < own.size(); k++) {
        System.arraycopy(own.get(k).value(), from, piece, 0, to - from);
        Floats.add(into, piece, 0, to - from);
      }
      Floats.scale(into, factor, 0, to - from);
    }

    @Override
    public float[] sum(List<TreeSum.Node<float[]>> vectors) {
      own = vectors;
      copy(slice, sum);
      return sum;
    }

    /** The threads still meet, so that none is a step ahead of what another reads. */
    @Override
    public void publish(float[] values) {
      team.await(thread);
    }
  }
}
