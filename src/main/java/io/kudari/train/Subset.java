package io.kudari.train;

/** A part of the data. */
public enum Subset {
  /** What the gradients are computed on. */
  TRAIN,
  /** Held out of the training source, looked at after every epoch. */
  VALIDATION,
  /** The test source, looked at once at the end. */
  TEST;

  /** The name used in events. */
  public String id() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
