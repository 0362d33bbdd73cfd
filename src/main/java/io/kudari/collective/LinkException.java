package io.kudari.collective;

/** A link cannot deliver: the message says which peer and why. */
public final class LinkException extends Exception {

  private static final long serialVersionUID = 1;

  /** A failure with its reason, one line. */
  public LinkException(String reason) {
    super(reason);
  }
}
