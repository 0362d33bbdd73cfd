package io.kudari.cli;

/** Text as a shell takes it for one word, for hints that are copied. */
final class ShellWord {

  private ShellWord() {}

  /** As it is where no shell reads anything into it; else in single quotes (POSIX, section 2.2). */
  static String of(String text) {
    if (text.matches("[\\w./:@%+=,-]+")) return text;
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
