package io.kudari.exchange;

import io.kudari.collective.Distribution;
import io.kudari.collective.SumReader;
import io.kudari.collective.TreeSum;
import io.kudari.math.Floats;
import io.kudari.math.Layout;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/**
 * Every rank gets what every worker has sent, in as many bytes as its code has. The threads of a
 * rank share the decoding of other ranks' workers, whom they sum along the tree; of their own they
 * have the sums already. So every rank has the whole sum, and updates the whole vector. What has no
 * code (slots, gradients that change nothing) is summed the dense way, and then gathered.
 */
final class Gathered implements Exchange {

  private final TeamMember member;
  private final Team team;
  private final int thread;
  private final WorkerCodec codec;
  private final Messages sent;
  private final Exchange dense;
  private final Slice slice;
  private final ArrayDeque<float[]> free = new ArrayDeque<>();
  private List<TreeSum.Node<float[]>> decoded = List.of();
  private SumReader sums;

  /** Of the lead: a sum that went the dense way. */
  private float[] whole = {};

  /**
   * For one thread of a rank that is not alone.
   *
   * @param dense for all that has no code
   */
  Gathered(TeamMember member, WorkerCodec codec, Exchange dense) {
    this.member = member;
    this.team = member.team();
    this.thread = member.thread();
    this.codec = codec;
    this.sent = codec.sent();
    this.dense = dense;
    this.slice = team.layout().shard(thread, team.threads());
  }

  @Override
  public Slice slice() {
    return slice;
  }

  @Override
  public boolean isReplicated() {
    return true;
  }

  /** As many parts as there are ranks. */
  @Override
  public Slice saved() {
    int ranks = team.distribution().ranks();
    return team.layout().shard(thread * ranks + team.rank(), team.threads() * ranks);
  }

  @Override
  public ObjIntConsumer<float[]> progress() {
    return dense.progress();
  }

  @Override
  public long takeProgressNanos() {
    return dense.takeProgressNanos();
  }

  @Override
  public void offer(List<TreeSum.Node<float[]>> vectors) {
    dense.offer(vectors);
  }

  @Override
  public VectorSource reduce() {
    ByteBuffer own = sent.bytes();
    // The same on all ranks: either all workers of a step send something, or none does.
    if (!own.hasRemaining()) return reduceDensely();
    team.show(thread, own);
    List<Messages.Received> messages = team.lead(thread, this::gather);
    for (TreeSum.Node<float[]> node : decoded) free.push(node.value());
    decoded = decodeShare(messages);
    team.show(thread, decoded);
    team.await(thread);
    return sumOfAll();
  }

  private VectorSource reduceDensely() {
    VectorSource sum = dense.reduce();
    if (thread == 0 && whole.length == 0) whole = new float[team.layout().size()];
    float[] all = team.lead(thread, () -> whole);
    sum.copy(dense.slice(), all);
    dense.publish(all);
    return VectorSource.of(all);
  }

  /** The messages of all workers, in their order. */
  private List<Messages.Received> gather() {
    Distribution hosts = team.distribution();
    List<Slice> slices = slices(lengths());
    byte[] all = new byte[slices.get(hosts.ranks() - 1).to()];
    int at = slices.get(team.rank()).from();
    for (int t = 0; t < team.threads(); t++) {
      ByteBuffer bytes = team.<ByteBuffer>shownBy(t).duplicate();
      int length = bytes.remaining();
      bytes.get(all, at, length);
      at += length;
    }
    team.collectives().allGather(member.nextOperation(), all, slices);
    List<Messages.Received> messages = new ArrayList<>();
    for (int r = 0; r < hosts.ranks(); r++) {
      ByteBuffer of = ByteBuffer.wrap(all, slices.get(r).from(), slices.get(r).size());
      messages.addAll(Messages.split(of, hosts.last(r) - hosts.first(r)));
    }
    return messages;
  }

  /** By rank: how many bytes it sends. */
  private long[] lengths() {
    long[] lengths = new long[team.distribution().ranks()];
    for (int t = 0; t < team.threads(); t++)
      lengths[team.rank()] += team.<ByteBuffer>shownBy(t).remaining();
    List<Slice> each =
        IntStream.range(0, lengths.length).mapToObj(r -> new Slice(r, r + 1)).toList();
    team.collectives().allGather(member.nextOperation(), lengths, each);
    return lengths;
  }

  private static List<Slice> slices(long[] lengths) {
    List<Slice> slices = new ArrayList<>();
    long from = 0;
    for (long length : lengths) {
      if (length < 0 || from + length > Integer.MAX_VALUE - 8)
        throw new IllegalArgumentException(
            "the workers send more than 2^31-9 bytes in a step: take another train.exchange");
      slices.add(new Slice((int) from, (int) (from + length)));
      from += length;
    }
    return slices;
  }

  /** Other ranks' subtrees, dealt to the threads. */
  private List<TreeSum.Node<float[]>> decodeShare(List<Messages.Received> messages) {
    List<TreeSum.Node<float[]>> share = new ArrayList<>();
    int next = 0;
    for (int r = 0; r < team.distribution().ranks(); r++) {
      if (r == team.rank()) continue;
      for (TreeSum.Node<Boolean> node : team.distribution().nodes(r))
        if (next++ % team.threads() == thread) share.add(decode(node, messages));
    }
    return share;
  }

  private TreeSum.Node<float[]> decode(
      TreeSum.Node<Boolean> node, List<Messages.Received> messages) {
    int workers = team.distribution().workers();
    TreeSum<float[]> sum = new TreeSum<>(workers, this::add);
    int first = node.index() << node.level();
    long last = Math.min(workers, (node.index() + 1L) << node.level());
    for (int v = first; v < last; v++) {
      float[] into = free.isEmpty() ? new float[team.layout().size()] : free.pop();
      codec.read(v, messages.get(v), into);
      sum.add(v, into);
    }
    return sum.nodes().get(0);
  }

  private float[] add(float[] left, float[] right) {
    Floats.add(left, right, 0, left.length);
    free.push(right);
    return left;
  }

  /** The sum, as it is read, of the threads' own vectors and of those that have been decoded. */
  private VectorSource sumOfAll() {
    List<TreeSum.Node<float[]>> all = new ArrayList<>();
    int next = 0;
    int[] taken = new int[team.threads()];
    for (int r = 0; r < team.distribution().ranks(); r++) {
      if (r == team.rank()) {
        for (int t = 0; t < team.threads(); t++) all.addAll(team.offered(t));
        continue;
      }
      for (int k = team.distribution().nodes(r).size(); k > 0; k--) {
        int by = next++ % team.threads();
        List<TreeSum.Node<float[]>> share = team.shownBy(by);
        all.add(share.get(taken[by]++));
      }
    }
    if (sums == null) sums = new SumReader(team.distribution().workers(), all, Layout.BLOCK);
    sums.of(all.stream().map(TreeSum.Node::value).toList());
    return sums;
  }

  @Override
  public float[] sum(List<TreeSum.Node<float[]>> vectors) {
    float[] sum = dense.sum(vectors);
    dense.publish(sum);
    return sum;
  }

  /** The threads have written all of it. */
  @Override
  public void publish(float[] values) {
    team.await(thread);
  }
}
