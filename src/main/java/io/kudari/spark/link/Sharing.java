package io.kudari.spark.link;

import io.kudari.collective.LinkChoice;
import io.kudari.collective.LinkException;
import io.kudari.event.FirstLine;
import io.kudari.spark.cluster.RankSlots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How a rank and its peers agree whether they share memory, once each pair has a wire of sockets.
 * The higher rank of a pair {@link #offer makes} some and says its name, or says nothing, and that
 * is the end of it; the lower one {@link #answer maps} it and says nothing, or why it does not;
 * then both use it, or neither. Used by one thread.
 */
final class Sharing implements AutoCloseable {

  private static final int LONGEST = 500;

  private final Handshake self;
  private final String host;
  private final LinkChoice choice;
  private final List<Path> folders;
  private final Wires wires;
  private final Map<Integer, SharedMemory> offers = new TreeMap<>();
  private final NavigableMap<Integer, String> refusals = new TreeMap<>();

  /**
   * Nothing offered yet.
   *
   * @param host of this rank, as others call it
   * @param folders where to make memory
   */
  Sharing(Handshake self, String host, LinkChoice choice, List<Path> folders, Wires wires) {
    this.self = self;
    this.host = host;
    this.choice = choice;
    this.folders = folders;
    this.wires = wires;
  }

  /** Offers memory to a lower rank, unless it is on another host or nobody wants any. */
  void offer(int peer, String itsHost, Duration timeout) throws LinkException {
    String name = "";
    if (choice != LinkChoice.SOCKETS) {
      try {
        if (!itsHost.equals(host)) throw new IOException("it is on " + itsHost + ", not " + host);
        SharedMemory made = SharedMemory.make(folders, pair(self.rank(), peer), SharedWire.BYTES);
        offers.put(peer, made);
        name = made.name();
      } catch (IOException e) {
        refusals.put(peer, FirstLine.of(e));
        if (choice == LinkChoice.SHARED_MEMORY) throw unsuitable(peer);
      }
    }
    send(peer, name, timeout);
  }

  /** Maps what a higher rank offers, and uses it from now on. */
  void answer(int peer, Duration timeout) throws LinkException {
    String name = receive(peer, timeout);
    if (name.isEmpty()) return;
    ByteBuffer memory = null;
    String refusal = "";
    try {
      memory = SharedMemory.open(name, pair(peer, self.rank()), SharedWire.BYTES);
    } catch (IOException e) {
      refusal = FirstLine.of(e);
    }
    send(peer, refusal, timeout);
    if (memory != null) wires.share(peer, memory, false);
    else refusals.put(peer, refusal);
  }

  /** Hears what a lower rank says to the offer, and uses the memory from now on. */
  void agree(int peer, Duration timeout) throws LinkException {
    SharedMemory offer = offers.get(peer);
    if (offer == null) return;
    String refusal = receive(peer, timeout);
    if (refusal.isEmpty()) wires.share(peer, offer.bytes(), true);
    else refusals.put(peer, refusal);
  }

  /**
   * Ends the agreement with all peers. Memory is refused also because its maker is gone, and that
   * is no wrong choice but a lost rank: so the ranks that were to share some tell each other that
   * they are still there.
   *
   * @throws LinkException when a peer that shares no memory is gone
   * @throws RankSlots.UnsuitableException when memory was asked for, and a peer shares none
   */
  void conclude(Duration timeout) throws LinkException {
    if (choice != LinkChoice.SHARED_MEMORY) return;
    for (int peer : refusals.keySet()) send(peer, "", timeout);
    for (int peer : refusals.keySet()) receive(peer, timeout);
    if (!refusals.isEmpty()) throw unsuitable(refusals.firstKey());
  }

  private SharedMemory.Pair pair(int maker, int other) {
    return new SharedMemory.Pair(self.attempt(), maker, other);
  }

  private RankSlots.UnsuitableException unsuitable(int peer) {
    return new RankSlots.UnsuitableException(
        "train.link = shared-memory: rank %d shares none with rank %d: %s"
            .formatted(self.rank(), peer, refusals.get(peer)));
  }

  /** By peer: why it shares no memory with this rank, if memory would have been used. */
  Map<Integer, String> refusals() {
    return refusals;
  }

  private void send(int peer, String text, Duration timeout) throws LinkException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer message = wires.take(peer).put(bytes, 0, Math.min(bytes.length, LONGEST));
    wires.send(peer, message.flip(), timeout);
  }

  private String receive(int peer, Duration timeout) throws LinkException {
    ByteBuffer message = wires.receive(peer, timeout);
    byte[] bytes = new byte[Math.min(message.remaining(), LONGEST)];
    message.get(bytes);
    wires.release(peer, message);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Closes the files: by now the peers have mapped them, or never will. */
  @Override
  public void close() {
    try {
      for (SharedMemory offer : offers.values()) offer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
