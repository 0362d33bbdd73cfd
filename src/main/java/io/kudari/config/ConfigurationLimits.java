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

  private ConfigurationLimits() {}

  /**
   * Checks a text.
   *
   * @param place names it
   * @throws ConfigurationException when it is too long or too deep
   */
  static void check(String place, String text) {
    checkBytes(place, text.length(), BYTES);
    new Nesting(place, text).check();
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

    private final String place;
    private final String text;

    /** Levels that each open bracket stands for: itself, and the names of the path before it. */
    private final Deque<Integer> open = new ArrayDeque<>();

    private int depth;

    /** Dots of the path that is being read. */
    private int dots;

    private boolean inKey = true;
    private int at;

    Nesting(String place, String text) {
      this.place = place;
      this.text = text;
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
          open.push(1 + dots);
          depth += 1 + dots;
          dots = 0;
          inKey = true;
        }
        case '}', ']' -> {
          if (!open.isEmpty()) depth -= open.pop();
          dots = 0;
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
