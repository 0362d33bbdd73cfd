package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command in a process of its own, for what depends on the whole process.
 *
 * @param code it ended with
 * @param said all that it printed
 */
record CommandProcess(int code, String said) {

  /**
   * How a command begins that is sent signals: whoever runs the tests in the background may have
   * them ignored, which processes hand on.
   */
  static final List<String> HEARING_SIGNALS = List.of("env", "--default-signal=INT,HUP");

  /**
   * Runs a command to its end, five minutes at most.
   *
   * @param folder for what it prints
   * @param options of the JVM
   * @param environment to add; Spark's variables are taken away
   * @param arguments of {@code kudari}
   */
  static CommandProcess run(
      Path folder, List<String> options, Map<String, String> environment, List<String> arguments)
      throws Exception {
    return run(folder, environment, command(options, arguments));
  }

  /** The command of a process. */
  static List<String> command(List<String> options, List<String> arguments) {
    List<String> command = new ArrayList<>(HEARING_SIGNALS);
    command.addAll(ChildJava.command());
    command.addAll(List.of("-Xmx1g", "-Dlog4j2.configurationFile=conf/log4j2.properties"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    return command;
  }

  /** Runs a command of any kind, as the other. */
  static CommandProcess run(Path folder, Map<String, String> environment, List<String> command)
      throws Exception {
    Path said = folder.resolve("said");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(300, TimeUnit.SECONDS), "it does not end");
    } finally {
      process.destroyForcibly();
    }
    return new CommandProcess(process.exitValue(), Files.readString(said));
  }
}
