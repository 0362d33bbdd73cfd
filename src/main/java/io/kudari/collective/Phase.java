package io.kudari.collective;

/** Which collective operation a message belongs to. Its ordinal is part of the message. */
public enum Phase {
  REDUCE_SCATTER("reduce-scatter"),
  ALL_GATHER("all-gather"),
  BROADCAST("broadcast"),
  REDUCE("reduce");

  private final String title;

  Phase(String title) {
    this.title = title;
  }

  @Override
  public String toString() {
    return title;
  }
}
