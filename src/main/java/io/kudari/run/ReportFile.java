package io.kudari.run;

import io.kudari.event.Event;
import io.kudari.report.HtmlReport;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/**
 * Writes {@code report.html} from the other files when they are closed. No run fails for want of a
 * report.
 */
record ReportFile(RunFolder folder, Configuration hadoop, RunListener warned)
    implements FolderListener {

  @Override
  public void on(Event event) {}

  @Override
  public void close() {
    try {
      HtmlReport.write(folder.root(), hadoop);
    } catch (IOException | RuntimeException e) {
      warned.warning(HtmlReport.FILE + " was not written: " + e.getMessage());
    }
  }
}
