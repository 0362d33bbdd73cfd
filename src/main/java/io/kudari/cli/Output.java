package io.kudari.cli;

import java.io.IOException;

/**
 * What a command writes: what fails there ends it with the exit code of outputs, whatever reading
 * ends with.
 *
 * @param name what messages call it
 */
record Output(String name) {

  /** Writes something. */
  interface Writing<T> {
    T of() throws IOException;
  }

  /** Writes something of which there is no result. */
  interface Step {
    void run() throws IOException;
  }

  /**
   * What writing gives.
   *
   * @throws CommandException when it cannot be written
   */
  <T> T written(Writing<T> writing) {
    try {
      return writing.of();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** As {@link #written}. */
  void write(Step step) {
    Object unused =
        written(
            () -> {
              step.run();
              return null;
            });
  }

  /** Why it cannot be written. */
  CommandException unwritable(IOException e) {
    return new CommandException(ExitCode.OUTPUT, name + " cannot be written: " + e.getMessage(), e);
  }
}
