package io.kudari.run;

import io.kudari.checkpoint.Fence;
import io.kudari.event.Event;
import io.kudari.report.HtmlReport;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.apache.hadoop.conf.Configuration;

/**
 * Writes {@code report.html} from the other files: from time to time while the run goes on, and
 * when they are closed. All events are read again each time, which takes time and memory: what is
 * written on the way takes at most a hundredth of the time, and nothing is written any more once
 * there are {@value #MOST_BYTES} bytes of events, before the end. No run fails for want of a
 * report.
 */
final class ReportFile implements FolderListener {

  /** Sooner it is not written, or written again. */
  static final long LEAST_NANOS = 5_000_000_000L;

  private static final long SHARE = 100;

  /** As much in the heap, which a training may need for itself. */
  private static final long MOST_BYTES = 16_000_000;

  private final RunFolder folder;
  private final Configuration hadoop;
  private final RunListener warned;
  private final Fence fence;
  private final LongSupplier nanos;
  private long next;

  /**
   * Of a run that begins.
   *
   * @param fence keeps out who no longer has the folder
   * @param nanos of a monotonic clock, such as {@link System#nanoTime}
   */
  ReportFile(
      RunFolder folder, Configuration hadoop, RunListener warned, Fence fence, LongSupplier nanos) {
    this.fence = fence;
    this.folder = folder;
    this.hadoop = hadoop;
    this.warned = warned;
    this.nanos = nanos;
    this.next = nanos.getAsLong() + LEAST_NANOS;
  }

  @Override
  public void on(Event event) {
    long now = nanos.getAsLong();
    if (now - next < 0) return;
    try {
      write();
    } catch (IOException | RuntimeException e) {
      // It is tried again, and told at the end.
    }
    long after = nanos.getAsLong();
    next = after + Math.max(LEAST_NANOS, SHARE * (after - now));
  }

  private void write() throws IOException {
    if (folder.length(RunFolder.EVENTS) > MOST_BYTES) return;
    String page = HtmlReport.running(folder.root(), hadoop);
    // Who was frozen until another had taken the folder does not know it yet.
    fence.check();
    HtmlReport.write(page, folder.root(), hadoop);
  }

  @Override
  public void close() {
    try {
      HtmlReport.write(folder.root(), hadoop);
    } catch (IOException | RuntimeException e) {
      warned.warning(HtmlReport.FILE + " was not written: " + e.getMessage());
    }
  }
}
