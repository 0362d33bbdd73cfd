package io.kudari.data;

/**
 * Input that breaks a rule. The message is one line for the user: it names the file or place, what
 * was found, and the rule.
 */
public sealed class DataException extends RuntimeException permits SplitException {

  private static final long serialVersionUID = 1;

  public DataException(String message) {
    super(oneLine(message));
  }

  public DataException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /**
   * A text as a terminal may be given it: what a file holds is quoted in messages, and may hold
   * line breaks and a terminal's own commands.
   *
   * @return without control characters; what was a line break is a space
   */
  public static String oneLine(String message) {
    return message == null ? null : message.replaceAll("\\R\\s*|\\p{Cntrl}", " ").strip();
  }
}
