package io.kudari.report;

import io.kudari.data.file.OutputFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Writes {@code report.html}, a page about a run, from what the run recorded. The page is one file
 * without scripts that fetches nothing; it follows the reader's light or dark theme. All methods
 * are pure but for the files.
 */
public final class HtmlReport {

  /** The page's name in the run's folder. */
  public static final String FILE = "report.html";

  private static final int REFRESH_SECONDS = 10;

  private HtmlReport() {}

  /**
   * Reads a run's folder and writes the page there. {@code events.jsonl} must be there; {@code
   * summary.json}, {@code config.conf} and {@code model/task.json} (the class names) may be
   * missing, and so may any value in them.
   *
   * @throws IOException when a file cannot be read or written
   */
  public static void write(Path runFolder, Configuration hadoop) throws IOException {
    write(page(RunRecord.read(runFolder, hadoop, false), runFolder.getName()), runFolder, hadoop);
  }

  /**
   * The page of a run that goes on: it says so, and a browser reads it again every {@value
   * #REFRESH_SECONDS} seconds.
   *
   * @throws IOException when a file cannot be read
   */
  public static String running(Path runFolder, Configuration hadoop) throws IOException {
    return page(RunRecord.read(runFolder, hadoop, true), runFolder.getName());
  }

  /**
   * Writes a page into a run's folder.
   *
   * @throws IOException when it cannot be written
   */
  public static void write(String page, Path runFolder, Configuration hadoop) throws IOException {
    OutputFiles.write(
        OutputFiles.fileSystem(runFolder, hadoop),
        new Path(runFolder, FILE),
        page.getBytes(StandardCharsets.UTF_8));
  }

  private static String page(RunRecord run, String name) throws IOException {
    Markup page =
        Page.open(
            "Kudari: " + name,
            run.isRunning() ? REFRESH_SECONDS : 0,
            HtmlReport.class.getResourceAsStream("charts.css"));
    Headline.draw(page, run);
    Curves.draw(page, run);
    TimeSplit.draw(page, run);
    Quality.draw(page, run);
    Facts.draw(page, run);
    return Page.close(page);
  }
}
