package io.kudari.cli;

/** Ends a command with one line for the user and an exit code. */
final class CommandException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final ExitCode code;

  CommandException(ExitCode code, String message) {
    this(code, message, null);
  }

  CommandException(ExitCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  ExitCode code() {
    return code;
  }
}
