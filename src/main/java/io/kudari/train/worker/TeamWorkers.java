package io.kudari.train.worker;

import io.kudari.collective.Courier;
import io.kudari.collective.TreeSum;
import io.kudari.data.DigitCount;
import io.kudari.data.FeatureStatistics;
import io.kudari.data.Normalizer;
import io.kudari.event.StepTimes;
import io.kudari.exchange.Exchange;
import io.kudari.exchange.Exchanges;
import io.kudari.exchange.GradientExchange;
import io.kudari.exchange.Team;
import io.kudari.exchange.TeamMember;
import io.kudari.math.Fingerprint;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import io.kudari.model.Evaluation;
import io.kudari.model.ScoreCounts;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.PartialSums;
import io.kudari.optim.noise.ShardNorms;
import io.kudari.state.Stateful;
import io.kudari.train.DriftException;
import io.kudari.train.GradientSum;
import io.kudari.train.Request;
import io.kudari.train.Requests;
import io.kudari.train.Round;
import io.kudari.train.Subset;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import io.kudari.train.plan.StepRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * All workers as one thread of a rank sees them: the strategy {@code all-reduce}. A step is
 * reduce-scatter of the gradient sums, the update of the own slice by whoever calls, and all-gather
 * of the parameters; where the exchange gathers codes, every rank has those of all workers, its
 * threads update the whole vector, and no parameters are sent. Threads of a rank share memory; the
 * lead talks to the other ranks.
 *
 * <p>Where an algorithm applies a gradient late, ranks exchange it while they compute the next: the
 * gradients of two steps are in memory then, and the parameters of two.
 */
public final class TeamWorkers implements Workers {

  private final Team team;
  private final TeamMember member;
  private final int thread;
  private final WorkerRange range;
  private final Requests requests;
  private final Exchange exchange;
  private final boolean exact;
  private final boolean late;
  private WorkerRange.Part last;

  /** Where sums are late: of the step before. */
  private WorkerRange.Part lastButOne;

  /** Where parameters are made aside, when none are. */
  private float[] spare;

  private Ahead ahead;
  private List<List<TreeSum.Node<float[]>>> slots = List.of();

  /**
   * The view of one thread.
   *
   * @param range the thread's workers; closed with this
   * @param requests asked in every step
   */
  public TeamWorkers(Team team, int thread, WorkerRange range, Requests requests) {
    this(team, thread, range, requests, Exchanges.USUAL, false);
  }

  /**
   * As the other.
   *
   * @param plan says how the workers' vectors become one update, and when
   */
  public TeamWorkers(
      Team team, int thread, WorkerRange range, Requests requests, TrainingPlan plan) {
    this(
        team,
        thread,
        range,
        requests,
        plan.exchange(),
        plan.algorithm().sumsLate(plan, team.layout()));
  }

  private TeamWorkers(
      Team team,
      int thread,
      WorkerRange range,
      Requests requests,
      GradientExchange exchange,
      boolean mayBeLate) {
    this.team = team;
    this.member = new TeamMember(team, thread);
    this.thread = thread;
    this.range = range;
    this.requests = requests;
    this.exchange = exchange.open(member, range.codec());
    this.exact = exchange.isExact();
    this.late = mayBeLate && this.exchange.worksAside();
  }

  /**
   * Parameters that are being made.
   *
   * @param of those that they come after
   * @param into them
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Ahead(float[] of, float[] into, Courier.Errand errand) {}

  @Override
  public int ranks() {
    return team.distribution().ranks();
  }

  @Override
  public int threads() {
    return team.threads();
  }

  @Override
  public Slice slice() {
    return exchange.slice();
  }

  @Override
  public Slice saved() {
    return exchange.saved();
  }

  @Override
  public float[] shared(float[] own) {
    return team.lead(thread, () -> own);
  }

  @Override
  public Sum gradient(float[] parameters, Normalizer normalizer, StepRange step) {
    Runnable meanwhile = () -> range.prepare(normalizer);
    if (late) return sum(() -> range.gradient(parameters, normalizer, step), meanwhile);
    ObjIntConsumer<float[]> progress = exchange.progress();
    return sum(() -> range.gradient(parameters, normalizer, step, progress), meanwhile);
  }

  @Override
  public boolean sumsLate() {
    return late;
  }

  @Override
  public boolean updatesAside() {
    return late && !exchange.isReplicated();
  }

  @Override
  public void updateAside(float[] parameters, Consumer<float[]> update) {
    if (spare == null) spare = team.lead(thread, () -> new float[parameters.length]);
    float[] into = spare;
    Slice own = slice();
    Runnable work =
        () -> {
          System.arraycopy(parameters, own.from(), into, own.from(), own.size());
          update.accept(into);
        };
    ahead = new Ahead(parameters, into, exchange.publishAside(work, into));
  }

  @Override
  public void settle() {
    if (late) team.lead(thread, team::collectives);
  }

  @Override
  public Sum round(float[] parameters, Normalizer normalizer, Round round) {
    return sum(
        () -> {
          WorkerRange.Local local = range.round(parameters, normalizer, round);
          slots = local.slots();
          return local.moved();
        },
        () -> {});
  }

  @Override
  public Kept kept() {
    return new Kept(range.first(), range.kept(), team.distribution().workers());
  }

  @Override
  public void keep(float[][][] slots, OptimizerSpec optimizer, boolean replicas) {
    range.keep(Arrays.copyOfRange(slots, range.first(), range.last()), optimizer, replicas);
  }

  @Override
  public float[] slotSum(int slot) {
    return exchange.sum(slots.get(slot));
  }

  @Override
  public void announce(StepRange next) {
    range.announce(next);
  }

  private Sum sum(Supplier<WorkerRange.Part> work, Runnable meanwhile) {
    WorkerRange.Part used = late ? lastButOne : last;
    if (used != null) range.release(used);
    lastButOne = last;
    long start = System.nanoTime();
    last = work.get();
    team.showStep(thread, scalars(last));
    exchange.offer(vectors(last));
    long sendNanos = exchange.takeProgressNanos();
    long arrived = System.nanoTime();
    team.await(thread, meanwhile);
    long met = System.nanoTime();
    VectorSource values = late ? null : exchange.reduce();
    double[] total = sumScalars();
    // What ranks wait for at once goes first.
    if (late) values = exchange.reduceAside();
    long summed = last.sumNanos() + sendNanos + System.nanoTime() - met;
    long worked = last.inputNanos() + last.computeNanos() + last.sumNanos() + last.updateNanos();
    long waited = arrived - start - worked;
    StepTimes times =
        new StepTimes(
            last.computeNanos() - sendNanos,
            met - arrived + Math.max(0, waited),
            summed,
            last.updateNanos(),
            last.inputNanos());
    int diverged = Double.isFinite(total[0]) ? GradientSum.NONE : firstDiverged();
    Request request = Request.values()[(int) total[3]];
    ShardNorms norms = new ShardNorms(total[1], (int) total[5]);
    return new Sum(
        values, total[0], (long) total[2], total[6], norms, diverged, times, request, total[4] > 0);
  }

  /**
   * What is summed over the workers besides the gradient: loss, squared norms, count, the request
   * of rank 0's lead, how many threads are busy with a snapshot, of how many gradients the norms
   * are, and the examples' weight.
   */
  private List<TreeSum.Node<double[]>> scalars(WorkerRange.Part part) {
    boolean leads = member.leadsRun();
    double request = leads ? requests.next().ordinal() : 0;
    double busy = requests.busy() ? 1 : 0;
    List<TreeSum.Node<double[]>> nodes = new ArrayList<>();
    for (TreeSum.Node<GradientSum> n : part.nodes()) {
      GradientSum g = n.value();
      boolean first = nodes.isEmpty();
      double[] sums = {
        g.loss(),
        g.norms().sum(),
        g.count(),
        first ? request : 0,
        first ? busy : 0,
        g.norms().shards(),
        g.weight()
      };
      nodes.add(new TreeSum.Node<>(n.level(), n.index(), sums));
    }
    return nodes;
  }

  private static List<TreeSum.Node<float[]>> vectors(WorkerRange.Part part) {
    List<TreeSum.Node<float[]>> nodes = new ArrayList<>();
    for (TreeSum.Node<GradientSum> n : part.nodes())
      nodes.add(new TreeSum.Node<>(n.level(), n.index(), n.value().values()));
    return nodes;
  }

  /** The scalars that all threads have shown, summed along the tree over all ranks. */
  private double[] sumScalars() {
    if (team.isAlone()) return copyAndSum().get(0).value();
    return team.lead(thread, () -> team.collectives().reduce(member.nextOperation(), copyAndSum()));
  }

  private List<TreeSum.Node<double[]>> copyAndSum() {
    TreeSum<double[]> sum = new TreeSum<>(team.distribution().workers(), TeamWorkers::plus);
    for (int t = 0; t < team.threads(); t++) {
      for (TreeSum.Node<double[]> n : team.<List<TreeSum.Node<double[]>>>stepOf(t))
        sum.add(new TreeSum.Node<>(n.level(), n.index(), n.value().clone()));
    }
    return sum.nodes();
  }

  private static double[] plus(double[] left, double[] right) {
    for (int i = 0; i < left.length; i++) left[i] += right[i];
    return left;
  }

  /**
   * The first worker whose loss is not finite: all ranks ask, because all saw that the sum is not.
   */
  private int firstDiverged() {
    double[] flags = new double[team.distribution().workers()];
    for (TreeSum.Node<GradientSum> n : last.nodes())
      if (n.value().diverged() >= 0) flags[n.value().diverged()] = 1;
    double[] all = sumArrays(flags, !team.isAlone());
    for (int v = 0; v < all.length; v++) if (all[v] > 0) return v;
    return 0;
  }

  /**
   * The sum of one array of each thread, in no order that matters: at most one entry differs from
   * 0.
   *
   * @param ofRanks whether of all ranks, and not of this one alone
   */
  private double[] sumArrays(double[] own, boolean ofRanks) {
    team.show(thread, own);
    return team.lead(
        thread,
        () -> {
          double[] sum = new double[own.length];
          for (int t = 0; t < team.threads(); t++) plus(sum, team.shownBy(t));
          if (!ofRanks) return sum;
          List<TreeSum.Node<double[]>> nodes = new ArrayList<>();
          for (TreeSum.Node<Boolean> n : team.distribution().nodes(team.rank())) {
            nodes.add(
                new TreeSum.Node<>(
                    n.level(), n.index(), nodes.isEmpty() ? sum : new double[own.length]));
          }
          return team.collectives().reduce(member.nextOperation(), nodes);
        });
  }

  @Override
  public PartialSums partialSums() {
    boolean ofRanks = !team.isAlone() && !exchange.isReplicated();
    return (sums, from, to) -> {
      double[] all = sumArrays(sums.clone(), ofRanks);
      System.arraycopy(all, 0, sums, 0, from);
      System.arraycopy(all, to, sums, to, sums.length - to);
    };
  }

  @Override
  public long sentBytes() {
    return thread != 0 ? 0 : team.sentBytes();
  }

  @Override
  public double[] residualSquares() {
    if (!range.keepsResiduals()) return new double[0];
    double[] own = new double[team.distribution().workers()];
    double[] hosted = range.residualSquares();
    System.arraycopy(hosted, 0, own, range.first(), hosted.length);
    return sumArrays(own, !team.isAlone());
  }

  @Override
  public List<Stateful> stateful() {
    if (!range.keepsResiduals()) return List.of(exchange);
    return List.of(exchange, Residuals.of(range, team.distribution().workers()));
  }

  @Override
  public float[] share(float[] values) {
    if (ahead == null || ahead.of() != values) {
      exchange.publish(values);
      return values;
    }
    ahead.errand().await();
    team.await(thread);
    float[] made = ahead.into();
    ahead = null;
    spare = values;
    return made;
  }

  @Override
  public void compare(float[] parameters, long steps) {
    if (team.isAlone() || !exact) return;
    long[] hashes = team.lead(thread, () -> hashes(Fingerprint.hash(parameters)));
    int differs = odd(hashes);
    if (differs >= 0) throw new DriftException(steps, differs);
  }

  private long[] hashes(long own) {
    long[] all = new long[ranks()];
    all[team.rank()] = own;
    List<Slice> slices = IntStream.range(0, ranks()).mapToObj(r -> new Slice(r, r + 1)).toList();
    team.collectives().allGather(member.nextOperation(), all, slices);
    return all;
  }

  /** The first rank that differs from most, or from rank 0 where there is no most; or −1. */
  static int odd(long[] hashes) {
    long usual = hashes[0];
    int most = 0;
    for (long h : hashes) {
      int same = (int) Arrays.stream(hashes).filter(other -> other == h).count();
      if (same > most) {
        usual = h;
        most = same;
      }
    }
    for (int r = 0; r < hashes.length; r++) if (hashes[r] != usual) return r;
    return -1;
  }

  @Override
  public FeatureStatistics statistics() {
    return statistics(range.statistics());
  }

  @Override
  public long[] count(DigitCount digits) {
    team.show(thread, range.count(digits));
    return team.lead(
        thread,
        () -> {
          long[] sum = digits.none();
          for (int t = 0; t < team.threads(); t++) sum = DigitCount.add(sum, team.shownBy(t));
          return team.isAlone() ? sum : team.collectives().reduce(member.nextOperation(), sum);
        });
  }

  @Override
  public FeatureStatistics targetStatistics() {
    return statistics(range.targetStatistics());
  }

  private FeatureStatistics statistics(List<TreeSum.Node<FeatureStatistics>> own) {
    return tree(
        own, FeatureStatistics::toArray, FeatureStatistics::ofArray, FeatureStatistics::merge);
  }

  @Override
  public Evaluated evaluate(
      float[] parameters, Normalizer normalizer, Subset subset, boolean scored) {
    ScoreCounts scores = team.lead(thread, () -> range.emptyScores(scored));
    Evaluation found = evaluation(range.evaluate(parameters, normalizer, subset, scores));
    if (!team.isAlone())
      team.lead(thread, () -> RankScores.gather(scores, team.collectives(), member));
    return new Evaluated(found, scores);
  }

  private Evaluation evaluation(List<TreeSum.Node<Evaluation>> own) {
    return tree(
        own,
        Evaluation::toArray,
        sums -> {
          Evaluation evaluation = range.emptyEvaluation();
          evaluation.addArray(sums);
          return evaluation;
        },
        (left, right) -> {
          Evaluation sum = range.emptyEvaluation();
          sum.merge(left);
          sum.merge(right);
          return sum;
        });
  }

  /** The sum along the tree over all ranks of what each thread has nodes of. */
  private <T> T tree(
      List<TreeSum.Node<T>> own,
      Function<T, double[]> toArray,
      Function<double[], T> ofArray,
      BinaryOperator<T> add) {
    team.show(thread, own);
    return team.lead(
        thread,
        () -> {
          TreeSum<T> sum = new TreeSum<>(team.distribution().workers(), add);
          for (int t = 0; t < team.threads(); t++) {
            List<TreeSum.Node<T>> nodes = team.shownBy(t);
            nodes.forEach(sum::add);
          }
          return team.isAlone() ? sum.root() : treeOfRanks(sum.nodes(), toArray, ofArray, add);
        });
  }

  private <T> T treeOfRanks(
      List<TreeSum.Node<T>> own,
      Function<T, double[]> toArray,
      Function<double[], T> ofArray,
      BinaryOperator<T> add) {
    int width = toArray.apply(own.get(0).value()).length;
    checkRoom(width);
    List<Slice> slices = new ArrayList<>();
    for (int r = 0; r < ranks(); r++) {
      int from = slices.isEmpty() ? 0 : slices.get(r - 1).to();
      slices.add(new Slice(from, from + team.distribution().nodes(r).size() * width));
    }
    double[] all = new double[slices.get(ranks() - 1).to()];
    int at = slices.get(team.rank()).from();
    for (TreeSum.Node<T> n : own) {
      System.arraycopy(toArray.apply(n.value()), 0, all, at, width);
      at += width;
    }
    team.collectives().allGather(member.nextOperation(), all, slices);
    TreeSum<T> sum = new TreeSum<>(team.distribution().workers(), add);
    int next = 0;
    for (int r = 0; r < ranks(); r++) {
      for (TreeSum.Node<Boolean> n : team.distribution().nodes(r)) {
        T value = ofArray.apply(Arrays.copyOfRange(all, next, next + width));
        sum.add(new TreeSum.Node<>(n.level(), n.index(), value));
        next += width;
      }
    }
    return sum.root();
  }

  /** Wide data on many ranks: what is gathered must fit an array. */
  private void checkRoom(long width) {
    long all = 0;
    for (int r = 0; r < ranks(); r++) all += team.distribution().nodes(r).size() * width;
    if (all <= Integer.MAX_VALUE - 8) return;
    throw new IllegalStateException(
        all
            + " figures of features or classes from "
            + ranks()
            + " ranks are too many to gather: take fewer train.ranks");
  }

  @Override
  public void close() {
    range.close();
  }
}
