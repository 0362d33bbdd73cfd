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

  /** As the other, of what it came from in the end, around which others say where it passed. */
  public static String ofRoot(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) root = root.getCause();
    return root.getMessage() == null ? of(failure) : of(root);
  }
}
