package io.kudari.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A page under construction. Text and attributes are escaped and elements closed in order, so the
 * result is well-formed XML; an element without content is written in the one way HTML reads alike.
 * Attributes are given as name, value, name, value… Not thread-safe.
 */
public final class Markup {

  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Begins an element. */
  public Markup open(String element, String... attributes) {
    start(element, attributes);
    out.append('>');
    open.push(element);
    return this;
  }

  /** Ends the innermost element. */
  public Markup close() {
    out.append("</").append(open.pop()).append(">\n");
    return this;
  }

  /** An element that never has content, of SVG or such as {@code meta}. */
  public Markup empty(String element, String... attributes) {
    start(element, attributes);
    out.append("/>");
    return this;
  }

  /** A whole element that holds only text. */
  public Markup element(String element, String text, String... attributes) {
    return open(element, attributes).text(text).close();
  }

  /** Text of any kind. */
  public Markup text(String text) {
    escape(text);
    return this;
  }

  private void start(String element, String... attributes) {
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException(element + ": an attribute has no value");
    }
    out.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      out.append('"');
    }
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(legal(c) ? c : 0xFFFD);
              }
            });
  }

  /** XML 1.0, production 2: neither control characters nor halves of surrogate pairs. */
  private static boolean legal(int c) {
    return c == '\t'
        || c == '\n'
        || (c >= 0x20 && c < 0xD800)
        || (c >= 0xE000 && c < 0xFFFE)
        || c >= 0x10000;
  }

  /** The page. */
  @Override
  public String toString() {
    return "<!DOCTYPE html>\n" + xml();
  }

  /** The same as XML, such as a drawing in a file of its own. */
  public String xml() {
    if (!open.isEmpty()) throw new IllegalStateException(open.peek() + " was not closed");
    return out.toString();
  }
}
