package io.kudari.report;

import static io.kudari.report.Numbers.exact;
import static io.kudari.report.Numbers.percent;
import static io.kudari.report.Numbers.significant;

import com.fasterxml.jackson.databind.JsonNode;
import io.kudari.event.Event;
import io.kudari.model.Figures;
import io.kudari.report.RunRecord.Step;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How the run ended, and its most important figures: the summary's, or else the events'. */
final class Headline {

  private Headline() {}

  static void draw(Markup page, RunRecord run) {
    String status = status(run);
    boolean good =
        Set.of("running", "completed", "stopped early", "target reached").contains(status);
    page.open("header").open("h1").text("Training run ");
    page.element("span", status, "class", good ? "badge good" : "badge bad").close();
    page.element("p", who(run), "class", "hint").close();
    if (run.isRunning())
      note(page, "As of " + shown(run.told()) + ": what is newer is not here yet.");
    warnings(page, run);
    checkpoints(page, run);
    page.open("div", "class", "tiles");
    if (run.isRegression()) {
      tile(page, "test R²", significant(or(run, "test.r2", score(run.test())), 4));
      tile(
          page, "validation R²", significant(or(run, "validation.r2", score(run.validation())), 4));
    } else {
      tile(page, "test accuracy", percent(or(run, "test.accuracy", score(run.test()))));
      tile(
          page,
          "validation accuracy",
          percent(or(run, "validation.accuracy", score(run.validation()))));
    }
    tile(page, "test loss", significant(or(run, "test.loss", run.test().map(Figures::loss)), 4));
    tile(page, "training loss", significant(trainLoss(run), 4));
    tile(page, "examples a second", significant(throughput(run), 3));
    tile(
        page,
        "duration",
        Numbers.duration(or(run, "seconds", run.finished().map(Event.Finished::seconds))));
    tile(page, "steps", exact(lastStep(run)));
    tile(page, "noise scale", significant(run.summary("noise.scale"), 2));
    tile(page, "redundant examples", percent(run.summary("noise.redundant")));
    tile(page, "parameters", significant(parameters(run), 9));
    page.close();
  }

  /** Of the summary, or else of the last event; a run without an end is incomplete. */
  static String status(RunRecord run) {
    if (run.isRunning()) return "running";
    JsonNode summary = run.summary().get("status");
    if (summary != null && summary.isTextual()) return summary.asText().replace('-', ' ');
    if (run.finished().isPresent()) return run.finished().get().why();
    return run.unfitLoss() >= 0 ? "diverged" : "incomplete";
  }

  private static String who(RunRecord run) {
    if (run.started().isEmpty()) return "The run never began.";
    Event.Started s = run.started().get();
    return "Strategy "
        + s.strategy()
        + ", algorithm "
        + s.algorithm()
        + "; logical workers: "
        + exact(s.workers())
        + ", ranks: "
        + exact(s.ranks())
        + ", threads a rank: "
        + exact(s.threads())
        + "; examples: "
        + exact(s.trainExamples())
        + " training, "
        + exact(s.validationExamples())
        + " validation, "
        + exact(s.testExamples())
        + " test; began at "
        + shown(run.began())
        + ".";
  }

  private static String shown(Optional<Instant> time) {
    return time.map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString()).orElse(Numbers.NONE);
  }

  private static void warnings(Markup page, RunRecord run) {
    if (status(run).equals("diverged")) {
      warn(
          page,
          "The loss stopped being a finite number "
              + (run.unfitLoss() >= 0
                  ? "at step " + run.unfitLoss()
                  : "after step " + exact(lastStep(run)))
              + ": training diverged. A smaller learning rate, a warm-up or clipping of gradients"
              + " may help.");
    }
    if (run.unreadable() > 0) {
      warn(page, run.unreadable() + " lines of events.jsonl could not be read and are left out.");
    }
    int restored = run.finished().map(Event.Finished::restored).orElse(-1);
    if (restored >= 0) {
      note(
          page,
          "The model that was kept is that of epoch "
              + (restored + 1)
              + ", the best on the validation set.");
    }
  }

  /** How the run was kept safe, and what became of it. */
  private static void checkpoints(Markup page, RunRecord run) {
    for (Event.Resumed resumed : run.resumed()) {
      List<String> skipped = resumed.skipped();
      note(
          page,
          "The run was resumed at step "
              + exact(resumed.step())
              + (skipped.isEmpty() ? "." : ", without " + String.join("; ", skipped) + "."));
    }
    if (!run.unsaved().isEmpty()) {
      Event.SaveFailed last = run.unsaved().get(run.unsaved().size() - 1);
      warn(
          page,
          counted(run.unsaved().size(), "checkpoint")
              + " could not be written; the last was that of step "
              + exact(last.step())
              + ": "
              + last.reason());
    }
    if (run.saved().isEmpty()) return;
    Event.Saved last = run.saved().get(run.saved().size() - 1);
    double seconds = run.saved().stream().mapToDouble(Event.Saved::seconds).sum();
    note(
        page,
        counted(run.saved().size(), "checkpoint")
            + (run.saved().size() == 1 ? " was" : " were")
            + " written beside the training in "
            + significant(seconds, 3)
            + " s; the last is that of step "
            + exact(last.step())
            + " and has "
            + significant(last.bytes() / 1e6, 3)
            + " MB.");
  }

  private static String counted(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static void note(Markup page, String text) {
    page.element("p", text, "class", "note");
  }

  private static void warn(Markup page, String text) {
    page.element("p", text, "class", "note warning");
  }

  private static void tile(Markup page, String name, String value) {
    if (value.equals(Numbers.NONE)) return;
    page.open("div").element("b", value).element("span", name).close();
  }

  private static double or(RunRecord run, String key, Optional<Double> told) {
    double value = run.summary(key);
    return Double.isNaN(value) ? told.orElse(Double.NaN) : value;
  }

  private static Optional<Double> score(Optional<Figures> figures) {
    return figures.map(Figures::score);
  }

  private static double trainLoss(RunRecord run) {
    double value = run.summary("train.loss");
    if (!Double.isNaN(value)) return value;
    List<Event.EpochDone> epochs = run.epochs();
    return epochs.isEmpty() ? Double.NaN : epochs.get(epochs.size() - 1).trainLoss();
  }

  private static double throughput(RunRecord run) {
    double value = run.summary("examplesPerSecond");
    if (!Double.isNaN(value)) return value;
    long nanos = run.steps().stream().mapToLong(s -> s.times().total()).sum();
    long examples = run.steps().stream().mapToLong(Step::examples).sum();
    return nanos == 0 ? Double.NaN : examples * 1e9 / nanos;
  }

  private static double lastStep(RunRecord run) {
    List<Step> steps = run.steps();
    return steps.isEmpty() ? 0 : steps.get(steps.size() - 1).step();
  }

  private static double parameters(RunRecord run) {
    return or(run, "parameters.count", run.started().map(s -> (double) s.parameters()));
  }
}
