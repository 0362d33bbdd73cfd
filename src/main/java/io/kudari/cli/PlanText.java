package io.kudari.cli;

import io.kudari.run.HeapCheck;
import io.kudari.run.RunPlan;
import io.kudari.train.worker.HeapNeed;
import java.util.Locale;

/** A plan as {@code kudari train --dry-run} prints it: lines of at most 80 columns. */
final class PlanText {

  /** Columns before the text of a line. */
  private static final int INDENT = 11;

  /** Columns of that text. */
  private static final int WIDTH = 80 - INDENT;

  /** Between words, or within one that is too long for a line. */
  private static final String BREAKS = "(.{1," + WIDTH + "})(?:\\s+|$)|(.{" + WIDTH + "})";

  /** What, the shape, how much. */
  private static final String ROW = "%-36.36s%13.13s%15s";

  private final StringBuilder text = new StringBuilder();

  private PlanText() {}

  static String of(RunPlan plan) {
    PlanText to = new PlanText();
    to.data(plan.data());
    to.model(plan);
    to.update(plan);
    to.place(plan);
    to.course(plan.course());
    to.memory(plan);
    to.line("", "");
    to.line("Nothing was trained or written.", "");
    return to.text.toString();
  }

  private void data(RunPlan.Data data) {
    line("data", count(data.training(), "training example"));
    line("", count(data.validation(), "validation example"));
    line("", count(data.test(), "test example"));
    String each = data.classes() > 0 ? count(data.classes(), "class") : targets(data);
    line("", "of shape " + data.shape() + ", " + each);
  }

  private static String targets(RunPlan.Data data) {
    return count(data.targets(), "target") + " (regression)";
  }

  private void model(RunPlan plan) {
    line("model", plan.engine());
    row("layer", "output", "parameters");
    row("input", plan.data().shape(), "");
    for (RunPlan.Layer layer : plan.layers())
      row(
          layer.name(),
          layer.output().map(Object::toString).orElse("?"),
          layer.parameters() == 0 ? "" : number(layer.parameters()));
    row("total", "", number(plan.parameters()));
    if (plan.learned() < plan.parameters()) row("of them trained", "", number(plan.learned()));
  }

  private void update(RunPlan plan) {
    RunPlan.Update update = plan.update();
    line("optimizer", update.optimizer());
    String whose = update.replicated() ? " in each rank" : " over all ranks";
    long state = (long) update.vectors() * plan.parameters() * Float.BYTES;
    String numbers = count(update.vectors(), "number") + " a parameter, ";
    line("", "state: " + numbers + mebibytes(state) + " MiB" + whose);
    if (update.bytesOfWorker() > 0)
      line("", "each worker keeps " + mebibytes(update.bytesOfWorker()) + " MiB");
  }

  private void place(RunPlan plan) {
    RunPlan.Place place = plan.place();
    line(
        "strategy",
        place.strategy()
            + ", algorithm "
            + plan.update().algorithm()
            + ", exchange "
            + plan.update().exchange());
    line("", count(place.workers(), "logical worker"));
    String ranks =
        place
            .ranks()
            .map(r -> count(r.ranks(), "rank") + " of " + count(r.threads(), "thread"))
            .orElse("as many ranks as the cluster gives, unless train.ranks says how many");
    line("", place.here() ? ranks + ", in this process" : ranks);
  }

  private void course(RunPlan.Course course) {
    String each = count(course.batch(), "example") + (course.varies() ? " at first" : "");
    line("steps", each + " a step, " + course.share() + " a worker");
    boolean same = course.stepsOfEpoch() * course.epochs() == course.steps();
    line(
        "",
        count(course.stepsOfEpoch(), "step")
            + (same ? " an epoch, " : " in the first epoch, ")
            + count(course.epochs(), "epoch"));
    line("", count(course.steps(), "step") + " in all");
  }

  private void memory(RunPlan plan) {
    if (plan.memory().isEmpty()) {
      line("memory", "known when there are ranks");
      return;
    }
    HeapCheck.Need need = plan.memory().get();
    line("memory", "at least, of " + (plan.place().here() ? "this process" : "a rank's process"));
    HeapNeed heap = need.heap();
    size("Java heap", heap.total());
    size("  examples", heap.examples());
    size("  their order", heap.indices());
    size("  batches and activations", heap.batches());
    size("  parameters, gradients, state", heap.parameters());
    size("native arrays beside it", need.outside().total());
  }

  private void size(String what, long bytes) {
    row(what, "", mebibytes(bytes) + " MiB");
  }

  private void row(Object... cells) {
    line("", ROW.formatted(cells));
  }

  private void line(String label, String said) {
    String rest = label;
    for (String part : said.replaceAll(BREAKS, "$1$2\n").split("\n")) {
      text.append(("%-" + INDENT + "s%s").formatted(rest, part).stripTrailing()).append('\n');
      rest = "";
    }
  }

  private static String count(long number, String what) {
    String many = what.endsWith("s") ? "es" : "s";
    return number(number) + " " + what + (number == 1 ? "" : many);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%,.2f", bytes / (double) (1 << 20));
  }
}
