package io.kudari.collective;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The messages between this rank and one peer in one attempt, put back into their order.
 *
 * <p>What becomes of a message that is not the next one:
 *
 * <ul>
 *   <li>corrupt (checksum, length, format): an error, because the link cannot be trusted;
 *   <li>of another attempt, or of a sender who is not the peer: ignored;
 *   <li>already received: ignored;
 *   <li>later than the next one: kept until its turn, at most {@link #WINDOW} of them;
 *   <li>the next one, but of another step, phase, chunk or length than this rank is at: an error,
 *       because the ranks run different programs.
 * </ul>
 */
final class Conversation {

  private static final int WINDOW = 4096;

  private final Link link;
  private final int peer;
  private final long attempt;
  private final Duration patience;
  private final CRC32C checksum = new CRC32C();
  private final TreeMap<Long, ByteBuffer> early = new TreeMap<>();
  private long sent;
  private long sentBytes;
  private long received;

  Conversation(Link link, int peer, long attempt, Duration patience) {
    this.link = link;
    this.peer = peer;
    this.attempt = attempt;
    this.patience = patience;
  }

  /** A buffer to put a payload into, relative to its position. */
  ByteBuffer prepare() {
    return Header.prepare(link.take(peer));
  }

  /** Sends a prepared buffer with a payload of {@code length} bytes. */
  void send(Place place, int chunk, int length, ByteBuffer message) {
    seal(place, chunk, length, message);
    try {
      link.send(peer, message, patience);
    } catch (LinkException e) {
      throw place.failure(e.getMessage());
    }
  }

  /** Whether {@link #post} may be called. */
  boolean isFree(Place place) {
    try {
      return link.isFree(peer);
    } catch (LinkException e) {
      throw place.failure(e.getMessage());
    }
  }

  /** As {@link #send}, but does not wait; some message must be sent after it. */
  void post(Place place, int chunk, int length, ByteBuffer message) {
    seal(place, chunk, length, message);
    try {
      link.post(peer, message);
    } catch (LinkException e) {
      throw place.failure(e.getMessage());
    }
  }

  private void seal(Place place, int chunk, int length, ByteBuffer message) {
    Header header =
        new Header(
            attempt, place.step(), sent++, place.phase().ordinal(), link.rank(), chunk, length);
    header.seal(message, checksum, isWhole());
    sentBytes += Header.BYTES + length;
  }

  /** Of all messages so far, headers included. */
  long sentBytes() {
    return sentBytes;
  }

  /**
   * Waits for the next message, which must be the given chunk.
   *
   * @return the message with its position at the payload, to be given back to the link
   */
  ByteBuffer receive(Place place, int chunk, int length) {
    long deadline = link.nanoTime() + patience.toNanos();
    ByteBuffer kept = early.remove(received);
    if (kept != null) return accept(place, chunk, length, kept, open(kept));
    while (true) {
      ByteBuffer message = next(place, Math.max(0, deadline - link.nanoTime()));
      Header header = open(message);
      if (header == null) {
        link.release(peer, message);
        throw place.failure("rank " + peer + " sent a corrupt message");
      }
      if (header.sequence() == received && ours(header)) {
        return accept(place, chunk, length, message, header);
      }
      keep(place, message, header);
    }
  }

  private Header open(ByteBuffer message) {
    return Header.open(message, checksum, isWhole());
  }

  /** Whether checksums are of payloads too: of 64 KiB it takes longer than to copy them. */
  private boolean isWhole() {
    return !link.isMemory(peer);
  }

  private boolean ours(Header header) {
    return header.attempt() == attempt && header.sender() == peer;
  }

  private ByteBuffer next(Place place, long nanos) {
    try {
      return link.receive(peer, Duration.ofNanos(nanos));
    } catch (LinkException e) {
      throw place.failure(e.getMessage());
    }
  }

  private ByteBuffer accept(Place place, int chunk, int length, ByteBuffer message, Header header) {
    received++;
    if (header.step() == place.step()
        && header.phase() == place.phase().ordinal()
        && header.chunk() == chunk
        && header.length() == length) {
      return message;
    }
    link.release(peer, message);
    throw place.failure(
        "rank %d is out of step: expected chunk %d of %d bytes, got chunk %d of %d bytes of step %d, phase %d"
            .formatted(
                peer,
                chunk,
                length,
                header.chunk(),
                header.length(),
                header.step(),
                header.phase()));
  }

  private void keep(Place place, ByteBuffer message, Header header) {
    boolean duplicate = header.sequence() < received || early.containsKey(header.sequence());
    if (!ours(header) || duplicate) {
      link.release(peer, message);
    } else if (header.sequence() - received > WINDOW) {
      link.release(peer, message);
      throw place.failure("more than " + WINDOW + " messages of rank " + peer + " are missing");
    } else {
      early.put(header.sequence(), message);
    }
  }

  /** Gives kept messages back to the link. */
  void close() {
    early.values().forEach(message -> link.release(peer, message));
    early.clear();
  }
}
