package io.kudari.report;

import java.io.IOException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A run as its events alone tell it, as a part of somebody else's page: how it is, curves, time of
 * a step, ranks. Pure.
 */
public final class RunView {

  private static final Pattern RULE = Pattern.compile("(?m)^( *)([^@{}\\n]+) \\{");

  private RunView() {}

  /**
   * The part of the page.
   *
   * @param lines events as {@link io.kudari.event.EventJson} writes them, in order
   * @param running whether the run goes on
   */
  public static void draw(Markup page, List<String> lines, boolean running) {
    RunRecord run = RunRecord.of(lines, running);
    Headline.draw(page, run);
    Curves.draw(page, run);
    TimeSplit.draw(page, run);
    Ranks.draw(page, run);
  }

  /**
   * The style of the part, which touches nothing around it; light, for the page around it is.
   *
   * @param within a class of the element that the part is in
   */
  public static String style(String within) throws IOException {
    return RULE.matcher(Page.light(RunView.class.getResourceAsStream("charts.css")))
        .replaceAll(rule -> rule.group(1) + selectors(rule, "." + within) + " {");
  }

  private static String selectors(MatchResult rule, String within) {
    StringBuilder all = new StringBuilder();
    for (String selector : rule.group(2).split(", *")) {
      boolean root = selector.equals(":root") || selector.equals("body");
      all.append(all.isEmpty() ? "" : ", ").append(within);
      if (!root) all.append(' ').append(selector);
    }
    return all.toString();
  }
}
