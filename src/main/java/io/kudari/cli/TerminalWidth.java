package io.kudari.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import sun.misc.Signal;

/**
 * How many columns the terminal has: what {@code stty} says, else {@code COLUMNS}, else 80. Asked
 * again after the window has changed. Safe for use by several threads.
 */
final class TerminalWidth implements IntSupplier {

  private static final int USUAL = 80;
  private static final int SECONDS = 2;

  private volatile boolean stale = true;
  private volatile int columns = USUAL;

  private TerminalWidth() {}

  /** That of this process's terminal, from now on. */
  static TerminalWidth watched() {
    TerminalWidth width = new TerminalWidth();
    try {
      Signal.handle(new Signal("WINCH"), signal -> width.stale = true);
    } catch (IllegalArgumentException e) {
      // A system without that signal: the width at the start holds.
    }
    return width;
  }

  /** That of this process's terminal, asked once. */
  static int now() {
    return asked();
  }

  @Override
  public int getAsInt() {
    if (stale) {
      stale = false;
      columns = asked();
    }
    return columns;
  }

  private static int asked() {
    int told = parsed(stty().replaceFirst("^\\d+ ", ""));
    if (told > 0) return told;
    int set = parsed(System.getenv("COLUMNS"));
    return set > 0 ? set : USUAL;
  }

  /** Rows and columns, or nothing. */
  private static String stty() {
    try {
      Process process =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static int parsed(String text) {
    return text != null && text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : 0;
  }
}
