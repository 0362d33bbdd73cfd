package io.kudari.report;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The frame of every page: one file without scripts that fetches nothing and follows the reader's
 * light or dark theme.
 */
public final class Page {

  private static final String STYLE = "report.css";
  private static final String DARK = "dark.css";

  private Page() {}

  /**
   * Begins a page; {@link #close} ends it.
   *
   * @param more styles beside that of reports, which hold no character that would be escaped: HTML
   *     takes a style's text literally; they are closed
   */
  public static Markup open(String title, InputStream... more) throws IOException {
    return open(title, 0, more);
  }

  /**
   * As the other.
   *
   * @param refreshSeconds after which a browser reads it again; 0 for never
   */
  static Markup open(String title, int refreshSeconds, InputStream... more) throws IOException {
    Markup page = new Markup();
    page.open("html", "lang", "en").open("head").empty("meta", "charset", "utf-8");
    // Even a browser that is told otherwise by some extension fetches and runs nothing.
    page.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src 'unsafe-inline'");
    if (refreshSeconds > 0)
      page.empty("meta", "http-equiv", "refresh", "content", "" + refreshSeconds);
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.element("title", title).element("style", style(more)).close();
    return page.open("body").open("main");
  }

  /** Ends a page. */
  public static String close(Markup page) {
    return page.close().close().close().toString();
  }

  /**
   * The style of reports, for a drawing that stands alone.
   *
   * @param more styles behind it; they are closed
   */
  public static String style(InputStream... more) throws IOException {
    InputStream dark = Page.class.getResourceAsStream(DARK);
    return text(Page.class.getResourceAsStream(STYLE)) + text(dark) + texts(more);
  }

  /** The same without the dark theme, for a part of a page that is light whatever the reader's. */
  static String light(InputStream... more) throws IOException {
    return text(Page.class.getResourceAsStream(STYLE)) + texts(more);
  }

  private static String texts(InputStream... styles) throws IOException {
    StringBuilder all = new StringBuilder();
    for (InputStream next : styles) all.append(text(next));
    return all.toString();
  }

  private static String text(InputStream style) throws IOException {
    if (style == null) throw new FileNotFoundException("a style sheet is missing beside its class");
    try (style) {
      return new String(style.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
