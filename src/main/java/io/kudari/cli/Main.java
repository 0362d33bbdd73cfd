package io.kudari.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code kudari}. */
@Command(
    name = "kudari",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Trains neural networks by data-parallel SGD on Apache Spark.",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Start with: kudari train conf/digits.conf --out out/digits"},
    subcommands = {
      TrainCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      DataCommand.class,
      DoctorCommand.class,
      LabCommand.class,
      CompareCommand.class
    })
public final class Main implements Runnable {

  private static final String STACKTRACE = "--stacktrace";

  /** Options with which a command only says something. */
  private static final Set<String> TELLING = Set.of("--help", "-h", "--version", "-V");

  @Spec private CommandSpec spec;

  @Option(
      names = STACKTRACE,
      scope = ScopeType.INHERIT,
      description = "Show where in the program an error came from.")
  private boolean stacktrace;

  /**
   * Runs a command and ends the process: Spark leaves threads behind that would keep it alive.
   *
   * @param args command line
   */
  public static void main(String[] args) {
    Optional<String> obstacle = ProcessLimits.obstacle();
    if (obstacle.isPresent()) {
      System.err.println("kudari: " + obstacle.get());
      System.exit(ExitCode.DATA.code);
    }
    // The library looks for Groovy's closures in every jar of the class path otherwise.
    System.setProperty("picocli.disable.closures", "true");
    boolean traces = Arrays.asList(args).contains(STACKTRACE);
    // Logging alone takes longer to load than all of a help text.
    if (!traces && Arrays.stream(args).noneMatch(TELLING::contains)) Logs.quiet();
    Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> tell(thread, thrown, traces));
    int code = run(args, new PrintWriter(System.err, true));
    System.exit(code == ExitCode.OK.code ? written() : code);
  }

  /** Java keeps to itself that what was printed has gone nowhere. */
  private static int written() {
    if (!System.out.checkError()) return ExitCode.OK.code;
    System.err.println("kudari: standard output cannot be written: some of it is lost");
    return ExitCode.OUTPUT.code;
  }

  /** A thread of some library that has ended: what it was to do is missed where it matters. */
  private static void tell(Thread thread, Throwable thrown, boolean traces) {
    String line = Failure.of(thrown).line();
    System.err.println("kudari: warning: thread " + thread.getName() + " has ended: " + line);
    if (traces) thrown.printStackTrace();
  }

  /** Runs a command; errors go to {@code errors}. Returns the exit code. */
  static int run(String[] args, PrintWriter errors) {
    Main main = new Main();
    CommandLine line = line(main);
    line.setErr(errors);
    line.setParameterExceptionHandler(Main::usageError);
    line.setExecutionStrategy(Main::execute);
    line.setExecutionExceptionHandler(
        (e, commandLine, parsed) -> report(e, errors, main.stacktrace));
    try {
      return line.execute(args);
    } catch (Error e) {
      // The library hands on exceptions only.
      return report(e, errors, main.stacktrace);
    }
  }

  /** What reads a command line, and knows the help of every command. */
  static CommandLine line(Main main) {
    CommandLine line = new CommandLine(main);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.getCommandSpec()
        .usageMessage()
        .exitCodeList(
            Arrays.stream(ExitCode.values())
                .collect(
                    java.util.LinkedHashMap::new,
                    (map, c) -> map.put(String.format("%4d", c.code), c.meaning),
                    java.util.Map::putAll));
    return line;
  }

  /** The library passes over what it does not know where there is a {@code --help}. */
  private static int execute(ParseResult parsed) {
    for (ParseResult at = parsed; at != null; at = at.subcommand()) {
      if (!at.unmatched().isEmpty())
        throw new CommandLine.UnmatchedArgumentException(
            at.commandSpec().commandLine(), at.unmatched());
    }
    for (ParseResult at = parsed; at != null; at = at.subcommand()) {
      if (at.isUsageHelpRequested()) {
        System.out.print(HelpText.of(at.commandSpec().commandLine(), TerminalWidth.now()));
        return ExitCode.OK.code;
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static int usageError(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println("kudari: " + e.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
    }
    return ExitCode.USAGE.code;
  }

  /** One line for the user; the rest only when asked for. */
  private static int report(Throwable thrown, PrintWriter errors, boolean stacktrace) {
    Failure failure = Failure.of(thrown);
    errors.println("kudari: " + failure.line());
    if (stacktrace) thrown.printStackTrace(errors);
    else if (failure.isForeign())
      errors.println("kudari: run again with " + STACKTRACE + " to see where");
    return failure.code().code;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is missing: train, evaluate, predict, data, doctor, lab or compare");
  }
}
