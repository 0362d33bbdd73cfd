package io.kudari.exchange;

import io.kudari.collective.Courier;
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
import java.util.Iterator;
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

  /** Used by the courier, where sums are late: those of the step before. */
  private List<TreeSum.Node<float[]>> decodedBefore = List.of();

  /** For a vector that is being decoded. */
  private float[] packed = {};

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
    List<Messages.Received> messages = team.lead(thread, () -> gather(ownBytes()));
    for (TreeSum.Node<float[]> node : decoded) free.push(node.value());
    decoded = decode(messages, codec.reader(packed()), thread, team.threads());
    team.show(thread, decoded);
    team.await(thread);
    List<float[]> vectors = vectors(inOrder(offered(), decodedByAll()));
    sums.of(vectors);
    return sums;
  }

  @Override
  public boolean worksAside() {
    return true;
  }

  /** The courier decodes too, so that no thread waits for another where the sum is read. */
  @Override
  public VectorSource reduceAside() {
    ByteBuffer own = sent.bytes();
    if (!own.hasRemaining()) return reduceDensely();
    team.show(thread, own);
    return new LateSum(team.lead(thread, this::begin));
  }

  /** For one thread. */
  private final class LateSum implements VectorSource {

    private final Late late;
    private List<float[]> vectors = List.of();

    private LateSum(Late late) {
      this.late = late;
    }

    @Override
    public void read(int from, int to, float[] into) {
      if (vectors.isEmpty()) {
        late.errand.await();
        vectors = vectors(inOrder(late.own, late.others));
      }
      sums.of(vectors);
      sums.read(from, to, into);
    }
  }

  /**
   * What is on its way.
   *
   * @param own nodes of this rank
   * @param others those of the other ranks, once the errand is done
   */
  private record Late(
      List<TreeSum.Node<float[]>> own, List<TreeSum.Node<float[]>> others, Courier.Errand errand) {}

  private Late begin() {
    byte[] bytes = ownBytes();
    WorkerCodec.Reader reader = codec.reader(packed());
    List<TreeSum.Node<float[]>> others = new ArrayList<>();
    Runnable work =
        () -> {
          List<Messages.Received> messages = gather(bytes);
          for (TreeSum.Node<float[]> node : decodedBefore) free.push(node.value());
          decodedBefore = decoded;
          decoded = others;
          others.addAll(decode(messages, reader, 0, 1));
        };
    return new Late(offered(), others, team.courier().send(work));
  }

  private float[] packed() {
    if (packed.length == 0) packed = new float[codec.packedSize()];
    return packed;
  }

  private VectorSource reduceDensely() {
    VectorSource sum = dense.reduce();
    if (thread == 0 && whole.length == 0) whole = new float[team.layout().size()];
    float[] all = team.lead(thread, () -> whole);
    sum.copy(dense.slice(), all);
    dense.publish(all);
    return VectorSource.of(all);
  }

  /** What the rank's workers send, which is theirs only until the next step begins. */
  private byte[] ownBytes() {
    long length = 0;
    for (int t = 0; t < team.threads(); t++) length += team.<ByteBuffer>shownBy(t).remaining();
    if (length > Integer.MAX_VALUE - 8) throw tooLong();
    byte[] own = new byte[(int) length];
    ByteBuffer into = ByteBuffer.wrap(own);
    for (int t = 0; t < team.threads(); t++) into.put(team.<ByteBuffer>shownBy(t).duplicate());
    return own;
  }

  /** The messages of all workers, in their order. */
  private List<Messages.Received> gather(byte[] own) {
    Distribution hosts = team.distribution();
    List<Slice> slices = slices(lengths(own.length));
    byte[] all = new byte[slices.get(hosts.ranks() - 1).to()];
    System.arraycopy(own, 0, all, slices.get(team.rank()).from(), own.length);
    team.collectives().allGather(member.nextOperation(), all, slices);
    List<Messages.Received> messages = new ArrayList<>();
    for (int r = 0; r < hosts.ranks(); r++) {
      ByteBuffer of = ByteBuffer.wrap(all, slices.get(r).from(), slices.get(r).size());
      messages.addAll(Messages.split(of, hosts.last(r) - hosts.first(r)));
    }
    return messages;
  }

  /** By rank: how many bytes it sends. */
  private long[] lengths(int own) {
    long[] lengths = new long[team.distribution().ranks()];
    lengths[team.rank()] = own;
    List<Slice> each =
        IntStream.range(0, lengths.length).mapToObj(r -> new Slice(r, r + 1)).toList();
    team.collectives().allGather(member.nextOperation(), lengths, each);
    return lengths;
  }

  private static List<Slice> slices(long[] lengths) {
    List<Slice> slices = new ArrayList<>();
    long from = 0;
    for (long length : lengths) {
      if (length < 0 || from + length > Integer.MAX_VALUE - 8) throw tooLong();
      slices.add(new Slice((int) from, (int) (from + length)));
      from += length;
    }
    return slices;
  }

  private static IllegalArgumentException tooLong() {
    return new IllegalArgumentException(
        "the workers send more than 2^31-9 bytes in a step: take another train.exchange");
  }

  /** One of several shares of the other ranks' subtrees, which are dealt in turn. */
  private List<TreeSum.Node<float[]>> decode(
      List<Messages.Received> messages, WorkerCodec.Reader reader, int share, int shares) {
    List<TreeSum.Node<float[]>> own = new ArrayList<>();
    int next = 0;
    for (int r = 0; r < team.distribution().ranks(); r++) {
      if (r == team.rank()) continue;
      for (TreeSum.Node<Boolean> node : team.distribution().nodes(r))
        if (next++ % shares == share) own.add(decode(node, messages, reader));
    }
    return own;
  }

  private TreeSum.Node<float[]> decode(
      TreeSum.Node<Boolean> node, List<Messages.Received> messages, WorkerCodec.Reader reader) {
    int workers = team.distribution().workers();
    TreeSum<float[]> sum = new TreeSum<>(workers, this::add);
    int first = node.index() << node.level();
    long last = Math.min(workers, (node.index() + 1L) << node.level());
    for (int v = first; v < last; v++) {
      float[] into = free.isEmpty() ? new float[team.layout().size()] : free.pop();
      reader.read(v, messages.get(v), into);
      sum.add(v, into);
    }
    return sum.nodes().get(0);
  }

  private float[] add(float[] left, float[] right) {
    Floats.add(left, right, 0, left.length);
    free.push(right);
    return left;
  }

  private List<TreeSum.Node<float[]>> offered() {
    List<TreeSum.Node<float[]>> own = new ArrayList<>();
    for (int t = 0; t < team.threads(); t++) own.addAll(team.offered(t));
    return own;
  }

  /** What the threads have decoded, in order. */
  private List<TreeSum.Node<float[]>> decodedByAll() {
    List<TreeSum.Node<float[]>> all = new ArrayList<>();
    int count = 0;
    for (int t = 0; t < team.threads(); t++)
      count += team.<List<TreeSum.Node<float[]>>>shownBy(t).size();
    for (int i = 0; i < count; i++) {
      List<TreeSum.Node<float[]>> share = team.shownBy(i % team.threads());
      all.add(share.get(i / team.threads()));
    }
    return all;
  }

  private List<TreeSum.Node<float[]>> inOrder(
      List<TreeSum.Node<float[]>> own, List<TreeSum.Node<float[]>> others) {
    List<TreeSum.Node<float[]>> all = new ArrayList<>();
    Iterator<TreeSum.Node<float[]>> next = others.iterator();
    for (int r = 0; r < team.distribution().ranks(); r++) {
      if (r == team.rank()) all.addAll(own);
      else for (int k = team.distribution().nodes(r).size(); k > 0; k--) all.add(next.next());
    }
    return all;
  }

  /** What is to be summed, as it is read. */
  private List<float[]> vectors(List<TreeSum.Node<float[]>> all) {
    if (sums == null) sums = new SumReader(team.distribution().workers(), all, Layout.BLOCK);
    return all.stream().map(TreeSum.Node::value).toList();
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
