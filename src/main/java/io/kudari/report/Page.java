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
    StringBuilder style = new StringBuilder(text(Page.class.getResourceAsStream(STYLE)));
    for (InputStream next : more) style.append(text(next));
    return style.toString();
  }

  private static String text(InputStream style) throws IOException {
    if (style == null) throw new FileNotFoundException("a style sheet is missing beside its class");
    try (style) {
      return new String(style.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
