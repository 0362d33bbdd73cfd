package io.kudari.config;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a configuration may be at most. Checked before a text is parsed, because the parser calls
 * itself once a level, and has no limits.
 */
final class ConfigurationLimits {

  /** Bytes of one file. */
  static final int BYTES = 4 << 20;

  /** Bytes of a text that a configuration takes in whole, quoted: a quarter of its own. */
  static final int CONTENT_BYTES = BYTES / 4;

  /** Sections and lists in each other, where each name of a path such as {@code a.b.c} is one. */
  static final int DEPTH = 100;

  /** Files that include each other one within another. */
  static final int INCLUDE_DEPTH = 10;

  /** Files that one configuration includes, each as often as it is included. */
  static final int INCLUDES = 100;

  /** Characters of a text that a message shows. */
  private static final int SHOWN = 60;

  private ConfigurationLimits() {}

  /**
   * Checks a text of HOCON.
   *
   * @param place names it
   * @throws ConfigurationException when it is too long or too deep, or when text stands behind a
   *     section or list, which the parser leaves out without a word
   */
  static void check(String place, String text) {
    checkBytes(place, text.length(), BYTES);
    new Nesting(place, text, true).check();
  }

  /** As the other, of what need not be HOCON: may have anything behind brackets. */
  static void checkAny(String place, String text) {
    checkBytes(place, text.length(), BYTES);
    new Nesting(place, text, false).check();
  }

  /** Checks a length. */
  static void checkBytes(String place, long bytes, int most) {
    if (bytes > most)
      throw new ConfigurationException(
          place + ": is longer than the " + most + " bytes that are read");
  }

  static ConfigurationException tooDeep(String place) {
    return new ConfigurationException(
        place + ": sections and lists are more than " + DEPTH + " deep in each other");
  }

  /** One pass over a text of HOCON, which counts the levels that are open. */
  private static final class Nesting {

    /** What begins no text: it ends or goes on, or the parser refuses it by itself. */
    private static final String NO_TEXT = ",}]{[$\"#:=+`^?!@*&\\\n\r";

    private final String place;
    private final String text;
    private final boolean strict;

    /**
     * Levels that each open bracket stands for: itself, and the names of the path before it.
     * Negative for a substitution, behind which text may stand.
     */
    private final Deque<Integer> open = new ArrayDeque<>();

    private int depth;

    /** Dots of the path that is being read. */
    private int dots;

    private boolean inKey = true;
    private int at;

    Nesting(String place, String text, boolean strict) {
      this.place = place;
      this.text = text;
      this.strict = strict;
    }

    void check() {
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c == '"') quoted();
        else if (c == '#' || (c == '/' && text.startsWith("//", at))) comment();
        else {
          take(c);
          at++;
        }
      }
    }

    private void take(char c) {
      switch (c) {
        case '{', '[' -> {
          boolean substitution = at > 0 && text.charAt(at - 1) == '$';
          open.push(substitution ? -1 - dots : 1 + dots);
          depth += 1 + dots;
          dots = 0;
          inKey = true;
        }
        case '}', ']' -> {
          int levels = open.isEmpty() ? 0 : open.pop();
          depth -= Math.abs(levels);
          dots = 0;
          if (strict && levels > 0) checkBehind(c);
        }
        case ',' -> next();
        case '\n' -> {
          if (inKey || !endsWithSeparator()) next();
        }
        case '=', ':' -> inKey = false;
        case '.' -> {
          if (inKey) dots++;
        }
        default -> {}
      }
      if (depth + dots > DEPTH) throw tooDeep(place);
    }

    private void checkBehind(char bracket) {
      int behind = at + 1;
      while (behind < text.length() && " \t".indexOf(text.charAt(behind)) >= 0) behind++;
      boolean ends = behind == text.length() || NO_TEXT.indexOf(text.charAt(behind)) >= 0;
      if (ends || text.startsWith("//", behind) || Character.isWhitespace(text.charAt(behind)))
        return;
      long line = 1 + text.substring(0, at).chars().filter(c -> c == '\n').count();
      String found =
          text.substring(behind).lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
      throw new ConfigurationException(
          "%s: %d: a comma or a new line must stand between %s and %s"
              .formatted(
                  place,
                  line,
                  bracket,
                  found.length() > SHOWN ? found.substring(0, SHOWN) + "…" : found));
    }

    private void next() {
      dots = 0;
      inKey = true;
    }

    /** A value may stand on the line after its key. */
    private boolean endsWithSeparator() {
      int before = at - 1;
      while (before >= 0 && Character.isWhitespace(text.charAt(before))) before--;
      return before >= 0 && (text.charAt(before) == '=' || text.charAt(before) == ':');
    }

    private void quoted() {
      if (text.startsWith("\"\"\"", at)) {
        int end = text.indexOf("\"\"\"", at + 3);
        at = end < 0 ? text.length() : end + 3;
        return;
      }
      at++;
      while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n')
        at += text.charAt(at) == '\\' ? 2 : 1;
      at++;
    }

    private void comment() {
      int end = text.indexOf('\n', at);
      at = end < 0 ? text.length() : end;
    }
  }
}
