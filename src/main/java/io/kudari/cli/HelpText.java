package io.kudari.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;

/**
 * The help of a command, as wide as the terminal. Lines break at blanks alone: names of options and
 * of files stay whole, to be copied.
 */
final class HelpText {

  /** In so many columns the command line's library breaks no line of its own. */
  private static final int UNBROKEN = 4000;

  /** What a description needs beside its option; else it is below it. */
  private static final int ROOM = 24;

  /** Of a description below its option. */
  private static final int INDENT = 8;

  /** What terminals take for a colour. */
  private static final Pattern CODE = Pattern.compile("\u001b\\[[0-9;]*m");

  /** What stands in front of a description, or of the options of a call; else blanks. */
  private static final Pattern FRONT = Pattern.compile(" *\\S.*?  +|Usage: [a-z0-9 ]+ | +");

  private HelpText() {}

  /** All lines of it, of at most {@code columns} characters but where one word is longer. */
  static String of(CommandLine command, int columns) {
    command.setUsageHelpWidth(UNBROKEN);
    return command
        .getUsageMessage()
        .lines()
        .map(line -> folded(line, columns))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String folded(String line, int columns) {
    if (width(line) <= columns) return line;
    Matcher front = FRONT.matcher(plain(line));
    int indent = front.lookingAt() ? front.end() : 0;
    int from = index(line, indent);
    String text = line.substring(0, from);
    if (indent > columns - ROOM) {
      indent = INDENT;
      text = (text.isBlank() ? "" : text.stripTrailing() + "\n") + " ".repeat(indent);
    }
    StringBuilder folded = new StringBuilder(text);
    int at = indent;
    for (String word : line.substring(from).split(" ")) {
      if (at > indent && at + 1 + width(word) > columns) {
        folded.append('\n').append(" ".repeat(indent));
        at = indent;
      } else if (at > indent) {
        folded.append(' ');
        at++;
      }
      folded.append(word);
      at += width(word);
    }
    return folded.toString();
  }

  /** Where a line goes on behind so many characters that are seen. */
  private static int index(String line, int seen) {
    Matcher code = CODE.matcher(line);
    int at = 0;
    for (int left = seen; left > 0; left--, at++)
      while (code.region(at, line.length()).lookingAt()) at = code.end();
    return at;
  }

  private static int width(String text) {
    return plain(text).length();
  }

  private static String plain(String text) {
    return CODE.matcher(text).replaceAll("");
  }
}
