package io.kudari.data.file;

/** What a library says of a failure, for a line of ours. */
final class Reason {

  private Reason() {}

  /** The first line, without advice, and without the names of classes that libraries put in. */
  static String of(Throwable failure) {
    String message = failure.getMessage();
    if (message == null) return failure.getClass().getSimpleName();
    return message
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst(";?\\s*For more details see: .*", "")
        .replaceAll("\\b(java|javax|org)\\.[\\w.$]*(Exception|Error): ", "")
        .strip();
  }
}
