package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.checkpoint.Fence;
import io.kudari.config.Experiment;
import io.kudari.event.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFileTest {

  private static final Event EVENT = new Event.Saved(1, 1, 1);

  @TempDir Path dir;

  private final AtomicLong seconds = new AtomicLong(-3);

  private boolean taken;

  /** What every look at the clock takes. */
  private long look;

  private final Warnings warnings = new Warnings();

  private ReportFile open(Path out) throws Exception {
    Configuration hadoop = new Configuration();
    RunFolder folder = RunFolder.existing(out.toString(), hadoop);
    Fence fence =
        () -> {
          if (taken) throw new IOException("taken over");
        };
    return new ReportFile(
        folder, hadoop, warnings, fence, () -> seconds.getAndAdd(look) * 1_000_000_000);
  }

  private Path trained() throws Exception {
    String experiment =
        "data.train { format = digits, examples = 60 }, train { epochs = 2, batch = 20, workers ="
            + " 1, strategy = serial }, model.layers = [{ type = dense, units = auto }]";
    Path out = dir.resolve("out");
    Training.of(Experiment.parse("test", experiment, List.of(), new Configuration()))
        .folder(out.toString())
        .run();
    Files.delete(out.resolve("report.html"));
    return out;
  }

  @Test
  void aReportIsThereWhileTheRunGoesOnAndIsReadAgainUntilItEnds() throws Exception {
    Path out = trained();
    Path page = out.resolve("report.html");
    // As a run leaves them that goes on: a line is half there.
    Path events = out.resolve("events.jsonl");
    String all = Files.readString(events);
    Files.writeString(events, all.substring(0, all.indexOf("\"finished\"")));
    ReportFile report = open(out);
    seconds.addAndGet(4);
    report.on(EVENT);
    assertFalse(Files.exists(page), "not at once");
    seconds.addAndGet(1);
    report.on(EVENT);
    String running = Files.readString(page);
    assertTrue(running.contains("<meta http-equiv=\"refresh\" content=\"10\"/>"), running);
    assertTrue(running.contains(">running<"), "its status");
    assertFalse(running.contains("could not be read"), "a half line is no damage");
    String last = all.lines().filter(line -> line.contains("\"epochDone\"")).toList().get(1);
    String second = last.replaceAll(".*\"time\":\"([^.\"]*).*", "$1");
    assertTrue(running.contains("As of " + second), second);
    Files.delete(page);
    seconds.addAndGet(4);
    report.on(EVENT);
    assertFalse(Files.exists(page), "not so soon");
    Files.writeString(events, all);
    report.close();
    String ended = Files.readString(page);
    assertFalse(ended.contains("refresh"));
    assertTrue(ended.contains(">completed<"));
    assertEquals(List.of(), warnings.lines);
  }

  @Test
  void aReportTakesAHundredthOfTheTimeAtMost() throws Exception {
    Path out = trained();
    Path page = out.resolve("report.html");
    ReportFile report = open(out);
    look = 2;
    seconds.set(2);
    report.on(EVENT);
    Files.delete(page);
    seconds.set(203);
    report.on(EVENT);
    assertFalse(Files.exists(page), "it took two seconds");
    seconds.set(204);
    report.on(EVENT);
    assertTrue(Files.exists(page));
  }

  @Test
  void whoNoLongerHasTheFolderWritesNoReportOnTheWay() throws Exception {
    Path page = trained().resolve("report.html");
    ReportFile report = open(page.getParent());
    taken = true;
    seconds.addAndGet(5);
    report.on(EVENT);
    assertFalse(Files.exists(page));
    taken = false;
    seconds.addAndGet(5);
    report.on(EVENT);
    assertTrue(Files.exists(page));
  }

  @Test
  void nothingIsReadOnTheWayThatWouldTakeMuchMemory() throws Exception {
    Path out = trained();
    Path events = out.resolve("events.jsonl");
    String step =
        Files.readAllLines(events).stream().filter(l -> l.contains("stepDone")).findFirst().get();
    try (ReportFile report = open(out)) {
      Files.writeString(events, (step + "\n").repeat(16_000_000 / step.length()));
      seconds.addAndGet(100);
      report.on(EVENT);
      assertFalse(Files.exists(out.resolve("report.html")));
    }
    assertTrue(Files.exists(out.resolve("report.html")), "at the end it is");
  }

  @Test
  void aReportThatCannotBeWrittenIsToldOnceAtTheEnd() throws Exception {
    Path out = trained();
    Files.createDirectory(out.resolve("report.html"));
    try (ReportFile report = open(out)) {
      for (int k = 0; k < 3; k++) {
        seconds.addAndGet(100);
        report.on(EVENT);
      }
      assertEquals(List.of(), warnings.lines);
    }
    assertEquals(1, warnings.lines.size(), warnings.lines.toString());
    assertTrue(
        warnings.lines.get(0).startsWith("report.html was not written: "), warnings.lines.get(0));
  }
}
