/**
 * The page about a run: {@code report.html}, one file that needs no network and no scripts.
 *
 * <ul>
 *   <li>{@link io.kudari.report.HtmlReport} reads a run's folder and writes the page: start there;
 *   <li>{@link io.kudari.report.RunRecord} is what was recorded: events, summary, configuration,
 *       class names; whatever is missing or null is NaN, empty or null, never an error;
 *   <li>the sections, in the page's order: {@link io.kudari.report.Headline}, {@link
 *       io.kudari.report.Curves}, {@link io.kudari.report.TimeSplit}, {@link
 *       io.kudari.report.Quality} with {@link io.kudari.report.ConfusionMap}, {@link
 *       io.kudari.report.Facts};
 *   <li>{@link io.kudari.report.RunView} is what events alone tell, as a part of another page, with
 *       {@link io.kudari.report.Ranks};
 *   <li>drawing: {@link io.kudari.report.Chart} draws {@link io.kudari.report.Line}s as SVG on two
 *       {@link io.kudari.report.Axis}es;
 *   <li>{@link io.kudari.report.Page} is the frame of this page and of the lab's; {@link
 *       io.kudari.report.Markup} escapes all text and closes all elements, so that the page is
 *       well-formed XML as well as HTML; {@link io.kudari.report.Numbers} formats.
 * </ul>
 *
 * <p>Colours are in {@code report.css}, those of the dark theme in {@code dark.css}, beside the
 * classes.
 */
package io.kudari.report;
