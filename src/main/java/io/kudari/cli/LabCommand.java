package io.kudari.cli;

import io.kudari.data.file.Location;
import io.kudari.lab.Change;
import io.kudari.lab.Check;
import io.kudari.lab.Experiment;
import io.kudari.lab.Lab;
import io.kudari.lab.LabRecord;
import io.kudari.lab.Scope;
import io.kudari.lab.experiment.Experiments;
import io.kudari.lab.experiment.Scaling;
import io.kudari.run.SparkSettings;
import io.kudari.run.TrialRunner;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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

    private static final int MOST_SEEDS = 1000;

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
            "How many seeds each trial is repeated with (default: 0, what each experiment needs).")
    private int seeds;

    @Option(
        names = "--first-seed",
        paramLabel = "SEED",
        defaultValue = "1",
        description = "The others follow it (default: ${DEFAULT-VALUE}).")
    private long firstSeed;

    @Option(
        names = "--data",
        paramLabel = "DATA",
        defaultValue = "digits",
        description =
            "digits, the built-in ones, or mnist-idx=DIR, a folder with the IDX files of MNIST."
                + " Checks are not judged on other data (default: ${DEFAULT-VALUE}).")
    private String data;

    @Option(
        names = "--set",
        paramLabel = "NAME.KEY=VALUE",
        description =
            "A setting of the trainings of an experiment, whose checks are then not judged.")
    private List<String> set = List.of();

    @Mixin private SparkOptions spark;

    private List<Change> changes(List<Experiment> run) {
      return LabChanges.of(data, set, run.stream().map(Experiment::name).toList());
    }

    private Scope scope() {
      if (seeds < 0 || seeds > MOST_SEEDS)
        throw usage("--seeds must be within 0.." + MOST_SEEDS + ", not " + seeds);
      if (firstSeed > Long.MAX_VALUE - MOST_SEEDS)
        throw usage("--first-seed " + firstSeed + " leaves no numbers for the seeds that follow");
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

  /** Of {@code run scaling}. */
  static final class ScalingOptions {

    private static final List<Integer> RANKS = List.of(1, 2);
    private static final List<Integer> BATCHES = List.of(64, 512, 4096);

    @Option(
        names = "--ranks",
        paramLabel = "N",
        split = ",",
        description =
            "For scaling: numbers of ranks to time, such as 1,2,4,8 (default: 1,2). On a cluster"
                + " each needs a slot of its own; in local mode they are made.")
    private List<Integer> ranks = List.of();

    @Option(
        names = "--batch",
        paramLabel = "B",
        split = ",",
        description = "For scaling: batches to time, such as 64,1024 (default: 64,512,4096).")
    private List<Integer> batches = List.of();

    private boolean isGiven() {
      return !ranks.isEmpty() || !batches.isEmpty();
    }

    private int mostRanks() {
      return Collections.max(ranks.isEmpty() ? RANKS : ranks);
    }

    private Scaling experiment(SparkSettings spark) {
      int threads = spark.threads();
      List<Integer> asked = batches.isEmpty() ? BATCHES : batches;
      check("--ranks", ranks, 1, 4096);
      check("--batch", asked, 1, 65_536);
      int most = mostRanks();
      if (most == 1)
        throw usage("--ranks 1 leaves nothing to compare: name a number above 1 as well");
      int least = Collections.min(asked);
      if (least < most * threads)
        throw usage(
            "--batch "
                + least
                + " is too small for "
                + most
                + " ranks, each of which needs an example for each of its threads");
      return new Scaling(ranks.isEmpty() ? RANKS : ranks, asked, threads, spark.isLocal());
    }

    private static void check(String option, List<Integer> given, int least, int most) {
      for (int n : given)
        if (n < least || n > most)
          throw usage(option + " must be within " + least + ".." + most + ", not " + n);
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
    System.out.printf(
        Locale.ROOT,
        "%-16s on request, with --ranks and --batch: how much faster more executors arrive%n",
        Scaling.NAME);
    return ExitCode.OK.code;
  }

  @Command(name = "run", mixinStandardHelpOptions = true, description = "Runs some experiments.")
  int run(
      @Parameters(
              arity = "1..*",
              paramLabel = "NAME",
              description = "Names of experiments, as lab list has them.")
          List<String> names,
      @Mixin ScalingOptions scaling,
      @Mixin Options options)
      throws IOException, InterruptedException {
    SparkSettings spark = options.spark.settings();
    if (!names.contains(Scaling.NAME)) {
      if (scaling.isGiven()) throw usage("--ranks and --batch are for scaling");
    } else {
      spark = spark.withRoom(scaling.mostRanks());
    }
    List<Experiment> chosen = new ArrayList<>();
    for (String name : new LinkedHashSet<>(names))
      chosen.add(name.equals(Scaling.NAME) ? scaling.experiment(spark) : named(name));
    return measure(chosen, options, spark).code;
  }

  @Command(name = "all", mixinStandardHelpOptions = true, description = "Runs all experiments.")
  int all(@Mixin Options options) throws IOException, InterruptedException {
    return measure(Experiments.ALL, options, options.spark.settings()).code;
  }

  private static Experiment named(String name) {
    try {
      return Experiments.named(name);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private static ExitCode measure(
      List<Experiment> experiments, Options options, SparkSettings spark)
      throws IOException, InterruptedException {
    Path folder = options.folder();
    List<Change> changes = options.changes(experiments);
    Lab lab = new Lab(folder, options.scope(), changes, LabProgress.ofTerminal());
    LabRecord found;
    try (Interruption interruption = new Interruption();
        TrialRunner runner = new TrialRunner(spark, interruption::asked)) {
      try {
        found = lab.run(experiments, runner);
      } catch (CancellationException e) {
        if (!interruption.asked()) throw e;
        System.err.println("kudari: the same command goes on where the lab was");
        return interruption.code();
      } catch (IOException e) {
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
