package io.kudari.cli;

import io.kudari.data.file.Location;
import io.kudari.lab.Check;
import io.kudari.lab.Experiment;
import io.kudari.lab.Lab;
import io.kudari.lab.LabRecord;
import io.kudari.lab.Scope;
import io.kudari.lab.experiment.Experiments;
import io.kudari.run.TrialRunner;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kudari lab}. */
@Command(
    name = "lab",
    mixinStandardHelpOptions = true,
    description =
        "Shows by experiments how descent works and what large batches do, and checks what it"
            + " measures.")
final class LabCommand implements Runnable {

  /** Of {@code run} and {@code all}. */
  static final class Options {

    @Option(names = "--quick", description = "Fewer and shorter trials, of the same checks.")
    private boolean quick;

    @Option(
        names = "--out",
        paramLabel = "DIR",
        defaultValue = "out/lab",
        description =
            "Folder for trials.jsonl, lab.json and lab.html (default: ${DEFAULT-VALUE}). Trials"
                + " that are there are not trained again.")
    private String out;

    @Option(
        names = "--seeds",
        paramLabel = "N",
        defaultValue = "0",
        description =
            "How many seeds each trial is repeated with (default: what each experiment needs).")
    private int seeds;

    @Option(
        names = "--first-seed",
        paramLabel = "SEED",
        defaultValue = "1",
        description = "The others follow it (default: ${DEFAULT-VALUE}).")
    private long firstSeed;

    @Mixin private SparkOptions spark;

    private Scope scope() {
      if (seeds < 0 || seeds > 1000) throw usage("--seeds must be within 1..1000, not " + seeds);
      return new Scope(quick, seeds, firstSeed);
    }

    private Path folder() {
      if (Location.isUri(out))
        throw usage("--out " + out + ": the lab writes to a folder of this machine");
      try {
        return Path.of(out);
      } catch (InvalidPathException e) {
        throw usage("--out " + out + " is not a folder's name: " + e.getReason());
      }
    }
  }

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "what to do is missing: lab list, lab run NAME or lab all");
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the experiments.")
  int list() {
    for (Experiment e : Experiments.ALL)
      System.out.printf(
          Locale.ROOT,
          "%-16s %4d s, quick %3d s  %s%n",
          e.name(),
          e.seconds(false),
          e.seconds(true),
          e.question());
    return ExitCode.OK.code;
  }

  @Command(name = "run", mixinStandardHelpOptions = true, description = "Runs some experiments.")
  int run(
      @Parameters(
              arity = "1..*",
              paramLabel = "NAME",
              description = "Names of experiments, as lab list has them.")
          List<String> names,
      @Mixin Options options)
      throws IOException, InterruptedException {
    List<Experiment> chosen = new LinkedHashSet<>(names).stream().map(LabCommand::named).toList();
    return measure(chosen, options).code;
  }

  @Command(name = "all", mixinStandardHelpOptions = true, description = "Runs all experiments.")
  int all(@Mixin Options options) throws IOException, InterruptedException {
    return measure(Experiments.ALL, options).code;
  }

  private static Experiment named(String name) {
    try {
      return Experiments.named(name);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private static ExitCode measure(List<Experiment> experiments, Options options)
      throws IOException, InterruptedException {
    Path folder = options.folder();
    Lab lab = new Lab(folder, options.scope(), LabProgress.ofTerminal());
    LabRecord found;
    try (Interruption interruption = new Interruption();
        TrialRunner runner = new TrialRunner(options.spark.settings(), interruption::asked)) {
      try {
        found = lab.run(experiments, runner);
      } catch (CancellationException e) {
        if (!interruption.asked()) throw e;
        System.err.println("kudari: the same command goes on where the lab was");
        return interruption.code();
      } catch (FileSystemException e) {
        throw new CommandException(
            ExitCode.OUTPUT, "--out " + options.out + " cannot be written: " + e, e);
      }
    }
    System.out.println("results     " + folder.resolve(Lab.PAGE));
    return judge(found, System.err);
  }

  /** Tells of each check that missed its range, in a line. */
  static ExitCode judge(LabRecord found, PrintStream errors) {
    for (LabRecord.Entry entry : found.experiments())
      for (Check check : entry.findings().missed())
        errors.println("kudari: " + LabProgress.missed(entry.name(), check));
    return found.holds() ? ExitCode.OK : ExitCode.CHECK;
  }

  private static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }
}
