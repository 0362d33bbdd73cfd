package io.kudari.data.order;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which examples of a set are held out for validation, and which worker owns which of the others:
 * worked out of the counts of their keys, so that it takes memory for buckets and not for examples.
 *
 * <p>The examples in the order of their keys are a random permutation of them. The first are held
 * out: of all, or of each class its share. The others are cut into one piece a worker: worker v has
 * ⌈(N − v) / workers⌉ of N, and those that are held out are cut alike. Where it goes by class, the
 * others are sorted by class, then by key, before they are cut.
 *
 * <p>A bucket that a border cuts belongs to both sides: whoever has all of its examples sorts them,
 * and {@link Places} tells which are its own. Immutable.
 */
public final class Division implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /**
   * How a set is divided.
   *
   * @param fraction to hold out, within [0, 1)
   * @param said whether instead all in the lower half of the keys are to be held out, where the
   *     source has put them
   * @param stratified whether each class gives its share
   * @param byClass whether workers own pieces of the examples sorted by class; then each class
   *     gives its share in any case
   * @param workers logical ones, at least 1
   */
  public record Rules(
      double fraction, boolean said, boolean stratified, boolean byClass, int workers) {

    public Rules {
      if (!(fraction >= 0 && fraction < 1))
        throw new IllegalArgumentException("fraction must be within [0, 1), not " + fraction);
      if (workers < 1)
        throw new IllegalArgumentException("workers must be at least 1, not " + workers);
    }

    /** Of a share that is drawn. */
    public Rules(double fraction, boolean stratified, boolean byClass, int workers) {
      this(fraction, false, stratified, byClass, workers);
    }

    /** Of a set of which nothing is held out. */
    public static Rules whole(int workers) {
      return new Rules(0, false, false, workers);
    }

    boolean goesByClass() {
      return stratified || byClass;
    }
  }

  private final boolean byClass;
  private final boolean grouped;
  private final int workers;
  private final KeyCounts counts;

  /** Of each group, the bucket in which its last held out example is, and how many it has there. */
  private final int[] cut;

  private final long[] rest;

  /** Examples to train on before each cell, in their order; a cell is a bucket, or one's class. */
  private final long[] trainingBefore;

  private final long[] heldBefore;

  /** Each is worked out once in a process: it counts all buckets. */
  private transient Map<List<Integer>, Part> parts;

  /** Divides a set whose keys were counted. */
  public Division(KeyCounts found, Rules rules) {
    byClass = rules.byClass();
    grouped = rules.goesByClass();
    workers = rules.workers();
    counts = (grouped ? found : found.together()).coarse();
    long[] held = rules.said() ? lower(counts) : held(counts, rules.fraction(), grouped);
    cut = new int[held.length];
    rest = new long[held.length];
    for (int g = 0; g < held.length; g++) {
      long left = held[g];
      int bucket = 0;
      for (; left > counts.count(g, bucket); bucket++) left -= counts.count(g, bucket);
      cut[g] = bucket;
      rest[g] = left;
    }
    heldBefore = new long[counts.buckets() + 1];
    trainingBefore = new long[(byClass ? counts.groups() : 1) * counts.buckets() + 1];
    for (int g = 0; g < held.length; g++)
      for (int b = 0; b < counts.buckets(); b++) {
        heldBefore[b + 1] += held(g, b);
        trainingBefore[cell(g, b) + 1] += training(g, b);
      }
    Arrays.parallelPrefix(heldBefore, Long::sum);
    Arrays.parallelPrefix(trainingBefore, Long::sum);
  }

  /** How many keys of each group are in the lower half of all. */
  private static long[] lower(KeyCounts counts) {
    return IntStream.range(0, counts.groups())
        .mapToLong(
            g -> IntStream.range(0, counts.buckets() / 2).mapToLong(b -> counts.count(g, b)).sum())
        .toArray();
  }

  /** How many of each group to hold out. */
  private static long[] held(KeyCounts counts, double fraction, boolean grouped) {
    long all = held(counts.total(), fraction);
    if (!grouped) return new long[] {all};
    int groups = counts.groups();
    long[] total = new long[groups];
    long[] quotas = new long[groups];
    for (int g = 0; g < groups; g++) {
      total[g] = counts.total(g);
      quotas[g] = Math.max(0, Math.min(total[g] - 1, (long) (total[g] * fraction)));
    }
    long left = all - Arrays.stream(quotas).sum();
    List<Integer> byRemainder =
        IntStream.range(0, groups)
            .boxed()
            .filter(g -> quotas[g] < total[g] - 1)
            .sorted(Comparator.comparingDouble(g -> quotas[g] - total[g] * fraction))
            .limit(Math.max(0, left))
            .toList();
    for (int g : byRemainder) quotas[g]++;
    return quotas;
  }

  /**
   * The nearest whole number to the share, but at least one when there is a share, and never all.
   */
  private static long held(long examples, double fraction) {
    long held = Math.round(examples * fraction);
    return fraction > 0 ? Math.max(0, Math.min(examples - 1, Math.max(1, held))) : held;
  }

  /** Held out of a group in a bucket. */
  private long held(int group, int bucket) {
    if (bucket == cut[group]) return rest[group];
    return bucket < cut[group] ? counts.count(group, bucket) : 0;
  }

  private long training(int group, int bucket) {
    return counts.count(group, bucket) - held(group, bucket);
  }

  /**
   * Whether all examples of a bucket are to be trained on, so that each surely is.
   *
   * @param label class of an example in it, or 0
   * @param key of that example
   */
  public boolean trains(int label, long key) {
    return held(grouped ? label : 0, counts.bucket(key)) == 0;
  }

  private int cell(int group, int bucket) {
    return byClass ? group * counts.buckets() + bucket : bucket;
  }

  /** Number of logical workers. */
  public int workers() {
    return workers;
  }

  /** The sum of all keys modulo 2^64. */
  public long keySum() {
    return counts.sum();
  }

  /** Number of examples to train on. */
  public long training() {
    return trainingBefore[trainingBefore.length - 1];
  }

  /** Number of examples held out. */
  public long held() {
    return heldBefore[heldBefore.length - 1];
  }

  /** Whether each class gives its share of what is held out. */
  public boolean goesByClass() {
    return grouped;
  }

  /** Number of examples held out of a class, where each gives its share. */
  public long held(int label) {
    long held = rest[label];
    for (int b = 0; b < cut[label]; b++) held += counts.count(label, b);
    return held;
  }

  /** The place of the first example of a worker among so many that are divided. */
  private long start(long examples, int worker) {
    return examples / workers * worker + Math.min(worker, examples % workers);
  }

  /** What the workers [first, last) own. */
  public Part part(int first, int last) {
    if (first < 0 || last < first || last > workers)
      throw new IllegalArgumentException("no workers [" + first + ", " + last + ") of " + workers);
    synchronized (this) {
      if (parts == null) parts = new HashMap<>();
      return parts.computeIfAbsent(List.of(first, last), of -> new Part(first, last));
    }
  }

  /** The part of some neighbouring workers. */
  public final class Part {

    private final long trainingFrom;
    private final long trainingTo;
    private final long heldFrom;
    private final long heldTo;
    private final long needed;

    private Part(int first, int last) {
      trainingFrom = start(training(), first);
      trainingTo = start(training(), last);
      heldFrom = start(held(), first);
      heldTo = start(held(), last);
      needed = count();
    }

    private boolean hasTraining(int cell) {
      return trainingBefore[cell] < trainingTo
          && trainingBefore[cell + 1] > trainingFrom
          && trainingBefore[cell] < trainingBefore[cell + 1];
    }

    private boolean hasHeld(int bucket) {
      return heldBefore[bucket] < heldTo
          && heldBefore[bucket + 1] > heldFrom
          && heldBefore[bucket] < heldBefore[bucket + 1];
    }

    /**
     * Whether an example has to be here: because it may be one of the part's, or because others of
     * its bucket are, which only all of them together tell.
     *
     * @param label its class, or 0
     */
    public boolean needs(int label, long key) {
      return needsOf(grouped ? label : 0, counts.bucket(key));
    }

    private boolean needsOf(int group, int bucket) {
      return (training(group, bucket) > 0 && hasTraining(cell(group, bucket)))
          || (held(group, bucket) > 0 && hasHeld(bucket));
    }

    /** How many examples have to be here. */
    public long needed() {
      return needed;
    }

    private long count() {
      long needed = 0;
      for (int g = 0; g < counts.groups(); g++)
        for (int b = 0; b < counts.buckets(); b++) if (needsOf(g, b)) needed += counts.count(g, b);
      return needed;
    }

    /** The places of the examples that are here. */
    public Places places() {
      return new Places(this);
    }
  }

  /**
   * Finds the places of a part's examples, which it is told of in the order of their keys, equal
   * keys in that of what they hold. Not thread-safe.
   */
  public final class Places {

    private final Part part;
    private final long[] seen;
    private final int[] seenIn;
    private final long[] trained;
    private final int[] trainedIn;
    private long heldSeen;
    private int heldIn = -1;

    private Places(Part part) {
      this.part = part;
      int groups = counts.groups();
      seen = new long[groups];
      seenIn = new int[groups];
      trained = new long[byClass ? groups : 1];
      trainedIn = new int[trained.length];
      Arrays.fill(seenIn, -1);
      Arrays.fill(trainedIn, -1);
    }

    /**
     * Where the next example belongs.
     *
     * @param label its class, or 0
     */
    public Place next(int label, long key) {
      int group = grouped ? label : 0;
      int bucket = counts.bucket(key);
      if (seenIn[group] != bucket) seen[group] = 0;
      seenIn[group] = bucket;
      return seen[group]++ < held(group, bucket) ? heldPlace(bucket) : trainingPlace(group, bucket);
    }

    private Place heldPlace(int bucket) {
      if (heldIn != bucket) heldSeen = 0;
      heldIn = bucket;
      long at = heldBefore[bucket] + heldSeen++;
      return part.hasHeld(bucket) ? place(true, at, held(), part.heldFrom, part.heldTo) : null;
    }

    private Place trainingPlace(int group, int bucket) {
      int counter = byClass ? group : 0;
      if (trainedIn[counter] != bucket) trained[counter] = 0;
      trainedIn[counter] = bucket;
      int cell = cell(group, bucket);
      long at = trainingBefore[cell] + trained[counter]++;
      return part.hasTraining(cell)
          ? place(false, at, training(), part.trainingFrom, part.trainingTo)
          : null;
    }

    private Place place(boolean held, long at, long of, long from, long to) {
      if (at < from || at >= to) return null;
      long each = of / workers;
      long more = of % workers;
      long longer = more * (each + 1);
      int worker = (int) (at < longer ? at / (each + 1) : more + (at - longer) / each);
      return new Place(held, worker, (int) (at - start(of, worker)));
    }
  }

  /**
   * Where an example belongs.
   *
   * @param held whether it is held out
   * @param worker who owns it
   * @param row which of the worker's it is
   */
  public record Place(boolean held, int worker, int row) {}

  /**
   * How many a worker owns.
   *
   * @param held of those held out, or of the others
   */
  public int examples(boolean held, int worker) {
    long of = held ? held() : training();
    return Math.toIntExact(start(of, worker + 1) - start(of, worker));
  }
}
