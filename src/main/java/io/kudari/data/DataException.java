package io.kudari.data;

/**
 * Input that breaks a rule. The message is one line for the user: it names the file or place, what
 * was found, and the rule.
 */
public final class DataException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
