package io.kudari.collective;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Ranks on a network that misbehaves by a seed. Each rank is a thread, but only one runs at a time,
 * and time is a number that jumps to the next event, so a run is a pure function of its seed.
 */
final class Simulation {

  /** How the network misbehaves: chances a message, delays in milliseconds. */
  record Faults(
      double lose, double duplicate, double corrupt, double foreign, double slow, double die) {}

  /** What a rank runs. */
  interface Program {
    void run(Link link) throws Exception;
  }

  /** The rank's process is gone: not an error that the rank reports. */
  static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private record Event(long time, long order, Runnable action) {}

  private final RandomStream random;
  private final Faults faults;
  private final int capacity;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::order));
  private final Semaphore scheduler = new Semaphore(0);
  private final List<SimulatedLink> links = new ArrayList<>();
  private long[][] sentBytes;
  private long now;
  private long order;

  Simulation(long seed, Faults faults, int capacity) {
    this.random = new RandomStream(seed, Purpose.TEST, 7, 7);
    this.faults = faults;
    this.capacity = capacity;
  }

  /**
   * Runs the program on all ranks.
   *
   * @return what each rank ended with, null for success
   * @throws AssertionError when a rank neither ends nor waits for an event
   */
  List<Throwable> run(int ranks, Program program) throws InterruptedException {
    sentBytes = new long[ranks][ranks];
    for (int r = 0; r < ranks; r++) links.add(new SimulatedLink(r, ranks));
    for (SimulatedLink link : links) {
      link.thread = new Thread(() -> link.body(program), "simulated-rank-" + link.rank);
      link.thread.setDaemon(true);
      link.thread.start();
      at(random.below(5), link::resume);
    }
    while (!events.isEmpty()) {
      Event next = events.poll();
      now = next.time;
      next.action.run();
    }
    for (SimulatedLink link : links) {
      if (!link.ended) throw new AssertionError("rank " + link.rank + " hangs");
      link.thread.join(10_000);
    }
    return links.stream().map(link -> link.error).toList();
  }

  /** Virtual milliseconds since the start. */
  long now() {
    return now;
  }

  /** Buffers taken and not given back, on all ranks. */
  int lent() {
    return links.stream().mapToInt(link -> link.pool.lent()).sum();
  }

  /** Bytes of all messages from one rank to another, whether they arrived or not. */
  long sentBytes(int from, int to) {
    return sentBytes[from][to];
  }

  /** The most buffers that any rank had at once. */
  int mostLent() {
    return links.stream().mapToInt(link -> link.mostLent).max().orElse(0);
  }

  /** The most messages of one rank that waited for another at once. */
  int mostQueued() {
    return links.stream().mapToInt(link -> link.mostQueued).max().orElse(0);
  }

  private void at(long delay, Runnable action) {
    events.add(new Event(now + delay, order++, action));
  }

  private boolean chance(double p) {
    return p > 0 && random.uniform() < p;
  }

  private final class SimulatedLink implements Link {

    private final int rank;
    private final int size;
    private final BufferPool pool = new BufferPool(capacity);
    private final List<ArrayDeque<ByteBuffer>> inbox = new ArrayList<>();
    private final Semaphore turn = new Semaphore(0);
    private Thread thread;
    private int mostLent;
    private int mostQueued;
    private boolean ended;
    private boolean dead;
    private Throwable error;
    private String aborted;
    private int waitingFor = -1;
    private long wait;

    SimulatedLink(int rank, int size) {
      this.rank = rank;
      this.size = size;
      for (int r = 0; r < size; r++) inbox.add(new ArrayDeque<>());
    }

    private void body(Program program) {
      turn.acquireUninterruptibly();
      try {
        program.run(this);
      } catch (Throwable e) {
        error = e;
      }
      ended = true;
      scheduler.release();
    }

    /** Called by the scheduler: lets the rank run until it waits or ends. */
    private void resume() {
      if (ended) return;
      turn.release();
      try {
        if (!scheduler.tryAcquire(20, TimeUnit.SECONDS)) {
          throw new AssertionError("rank " + rank + " runs without end");
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private void wake(int peer) {
      if (waitingFor == peer || (waitingFor >= 0 && peer < 0)) {
        waitingFor = -1;
        resume();
      }
    }

    private void maybeDie() {
      if (chance(faults.die)) dead = true;
      if (dead) throw new Died();
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public int capacity() {
      return capacity;
    }

    @Override
    public long nanoTime() {
      return now * 1_000_000;
    }

    @Override
    public ByteBuffer take(int peer) {
      return pool.take();
    }

    @Override
    public void release(int peer, ByteBuffer message) {
      pool.release(message);
    }

    @Override
    public boolean isFree(int peer) throws LinkException {
      maybeDie();
      if (aborted != null) throw new LinkException(aborted);
      return chance(0.7);
    }

    @Override
    public void post(int peer, ByteBuffer message) {
      send(peer, message, Duration.ZERO);
    }

    @Override
    public void send(int peer, ByteBuffer message, Duration timeout) {
      byte[] bytes = new byte[message.limit()];
      sentBytes[rank][peer] += bytes.length;
      message.position(0).get(bytes);
      pool.release(message);
      maybeDie();
      if (chance(faults.foreign)) deliver(peer, otherAttempt(bytes));
      if (chance(faults.lose)) return;
      if (chance(faults.corrupt)) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
      deliver(peer, bytes);
      if (chance(faults.duplicate)) deliver(peer, bytes);
    }

    /** The message's twin of an earlier attempt: other numbers, with a right checksum. */
    private byte[] otherAttempt(byte[] bytes) {
      java.util.zip.CRC32C checksum = new java.util.zip.CRC32C();
      ByteBuffer copy = ByteBuffer.wrap(bytes.clone());
      Header h = Header.open(copy, checksum, true);
      for (int i = Header.BYTES; i < bytes.length; i++) copy.put(i, (byte) ~bytes[i]);
      new Header(
              h.attempt() - 1, h.step(), h.sequence(), h.phase(), h.sender(), h.chunk(), h.length())
          .seal(copy, checksum, true);
      return copy.array();
    }

    private void deliver(int peer, byte[] bytes) {
      SimulatedLink to = links.get(peer);
      long delay = chance(faults.slow) ? random.below(30_000) : random.below(40);
      at(
          delay,
          () -> {
            if (to.ended) return;
            to.inbox.get(rank).add(to.pool.take().put(bytes).flip());
            to.mostQueued = Math.max(to.mostQueued, to.inbox.get(rank).size());
            to.mostLent = Math.max(to.mostLent, to.pool.lent());
            to.wake(rank);
          });
    }

    @Override
    public ByteBuffer receive(int peer, Duration timeout) throws LinkException {
      maybeDie();
      if (inbox.get(peer).isEmpty() && aborted == null) await(peer, timeout);
      if (!inbox.get(peer).isEmpty()) return inbox.get(peer).poll();
      if (aborted != null) throw new LinkException(aborted);
      throw new LinkException("rank " + peer + " sent nothing within " + timeout);
    }

    private void await(int peer, Duration timeout) {
      long mine = ++wait;
      waitingFor = peer;
      at(
          timeout.toMillis(),
          () -> {
            if (wait == mine) wake(peer);
          });
      scheduler.release();
      turn.acquireUninterruptibly();
      wait++;
    }

    @Override
    public void abort(String reason) {
      for (SimulatedLink to : links) {
        if (to == this || chance(faults.lose)) continue;
        at(
            random.below(40),
            () -> {
              if (to.aborted == null) to.aborted = "rank " + rank + " gave up: " + reason;
              to.wake(-1);
            });
      }
    }

    @Override
    public void close() {
      for (ArrayDeque<ByteBuffer> queue : inbox) {
        queue.forEach(pool::release);
        queue.clear();
      }
    }
  }
}
