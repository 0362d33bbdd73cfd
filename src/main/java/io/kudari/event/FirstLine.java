package io.kudari.event;

/** What a failure says, in one line. */
public final class FirstLine {

  private FirstLine() {}

  /** The first line of its message that is not blank; its kind where it has none. */
  public static String of(Throwable failure) {
    String message = failure.getMessage();
    if (message == null) return failure.getClass().getSimpleName();
    return message.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
  }
}
