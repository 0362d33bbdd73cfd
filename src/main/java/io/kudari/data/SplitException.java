package io.kudari.data;

/** A source cannot be read by its splits: to be caught by whoever reads it as a whole then. */
public final class SplitException extends DataException {

  private static final long serialVersionUID = 1;

  /** With what is said where nobody catches it. */
  public SplitException(String message) {
    super(message);
  }
}
