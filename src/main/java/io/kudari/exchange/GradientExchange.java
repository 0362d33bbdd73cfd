package io.kudari.exchange;

import io.kudari.collective.Distribution;
import io.kudari.math.Layout;
import java.util.Map;

/**
 * An {@link Exchange} as configured: an immutable value, equal by value, that travels to the ranks.
 */
public interface GradientExchange extends java.io.Serializable {

  /** The name in configurations. */
  String name();

  /** Its settings with their defaults, by key, as a configuration writes them. */
  default Map<String, Object> settings() {
    return Map.of();
  }

  /**
   * Whether all ranks have the same parameters after a step, to the bit. Where they have not, a run
   * only measures time.
   */
  default boolean isExact() {
    return true;
  }

  /** Whether something is lost of the workers' vectors. */
  default boolean isLossy() {
    return false;
  }

  /** Whether what is lost of a worker's vector is added to its next one. */
  default boolean feedback() {
    return false;
  }

  /** Whether every rank updates the whole vector, and keeps the optimizer's state of it. */
  default boolean isReplicated() {
    return false;
  }

  /** Bytes that are kept of each worker between steps. */
  default long bytesOfWorker(Layout layout) {
    return 0;
  }

  /**
   * Bytes of a vector that ranks sum and share again, in the mean of both ways, by which {@code
   * train.topology = auto} chooses; 0 where they sum none, and it is a mesh.
   */
  default double summedBytes(Layout layout) {
    return 0;
  }

  /** Whether ranks of a mesh may send gradients while the rest of them is computed. */
  default boolean sendsEarly(Distribution workers) {
    return false;
  }

  /**
   * What a sum that is not finite may come from besides a divergence, for the message that says so;
   * empty where sums have the range of 32 bits.
   */
  default String limit() {
    return "";
  }

  /**
   * What becomes of each worker's vector, for a range of workers.
   *
   * @param seed the experiment's
   */
  default Codec codec(Layout layout, long seed) {
    return Codec.EXACT;
  }

  /**
   * For one thread of a rank.
   *
   * @param codec of the thread's workers, which {@link #codec} gave
   */
  Exchange open(TeamMember member, Codec codec);
}
