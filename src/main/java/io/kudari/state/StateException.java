package io.kudari.state;

/** A state is not what is to go on from it: something is missing, or of another kind; one line. */
public final class StateException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Of what is wrong. */
  public StateException(String message) {
    super(message);
  }

  StateException(String message, Throwable cause) {
    super(message, cause);
  }
}
