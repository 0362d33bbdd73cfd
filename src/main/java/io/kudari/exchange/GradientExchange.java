package io.kudari.exchange;

import java.util.Map;

/**
 * An {@link Exchange} as configured: an immutable value, equal by value, that travels to the ranks.
 */
public interface GradientExchange extends java.io.Serializable {

  /** The name in configurations. */
  String name();

  /** What is exchanged, in one line. */
  String doc();

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

  /** For one thread of a rank. */
  Exchange open(TeamMember member);
}
