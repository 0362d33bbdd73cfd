package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A help text waits for nothing that it does not need. */
class HelpTest {

  private static final String CLOSURE = "package groovy.lang; public abstract class Closure {}";

  @TempDir private Path dir;

  /** A class that is looked for and is not there costs the opening of every jar. */
  @Test
  void noClassIsLookedForButThoseOfTheCommandsAndTheirLibrary() throws Exception {
    Path source = Files.createDirectories(dir.resolve("groovy/lang")).resolve("Closure.java");
    Files.writeString(source, CLOSURE);
    var compiler = ToolProvider.getSystemJavaCompiler();
    assertEquals(0, compiler.run(null, null, null, source.toString()));
    Path log = dir.resolve("loaded");
    List<String> command = ChildJava.command();
    String classPath = System.getProperty("java.class.path") + File.pathSeparator + dir;
    command.addAll(List.of("-Xlog:class+load:file=" + log, "-cp", classPath));
    command.addAll(List.of(Main.class.getName(), "--help"));
    CommandProcess help = CommandProcess.run(dir, Map.of(), command);
    assertEquals(0, help.code(), help.said());
    assertTrue(help.said().startsWith("Usage: kudari "), help.said());
    String loaded = Files.readString(log);
    assertTrue(loaded.contains(" picocli.CommandLine "), "no class is told");
    for (String foreign : List.of("groovy.", "org.apache.spark.", "scala.", "org.bytedeco."))
      assertFalse(loaded.contains(" " + foreign), foreign);
  }

  /** A name that goes over two lines is not found, and not copied. */
  @ParameterizedTest
  @ValueSource(ints = {40, 80, 120})
  void noNameOfAnOptionOrAFileIsBrokenAtTheEndOfALine(int columns) {
    for (CommandLine command : commands(Main.line(new Main()))) {
      List<String> lines = HelpText.of(command, columns).lines().toList();
      String name = command.getCommandSpec().qualifiedName() + ": ";
      assertEquals(words(HelpText.of(command, 1000).lines().toList()), words(lines), name);
      for (String line : lines) {
        assertTrue(fits(line, columns), name + line);
        assertFalse(line.matches(".*(-|conf/|digits\\.)"), name + line);
      }
    }
  }

  /** A word may be longer than a terminal is wide. */
  private static boolean fits(String line, int columns) {
    return line.length() <= columns || !line.strip().contains(" ");
  }

  private static List<CommandLine> commands(CommandLine command) {
    List<CommandLine> all = new ArrayList<>(List.of(command));
    command.getSubcommands().values().forEach(sub -> all.addAll(commands(sub)));
    return all;
  }

  private static List<String> words(List<String> lines) {
    return List.of(String.join(" ", lines).strip().split(" +"));
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 120})
  void aHelpIsAsWideAsItsTerminal(int columns) throws Exception {
    List<String> command = CommandProcess.command(List.of(), List.of("predict", "--help"));
    String words = command.stream().map(ShellWord::of).collect(Collectors.joining(" "));
    String shown = "stty rows 24 cols " + columns + "; exec " + words;
    CommandProcess help =
        CommandProcess.run(
            dir, Map.of("TERM", "xterm"), List.of("script", "-qec", shown, "/dev/null"));
    assertEquals(0, help.code(), help.said());
    String plain = help.said().replaceAll("\u001b\\[[0-9;]*m", "");
    assertTrue(plain.lines().allMatch(line -> fits(line, columns)), plain);
    int most = plain.lines().mapToInt(String::length).max().orElse(0);
    assertTrue(most > columns - 15, most + " characters: " + plain);
  }

  @Test
  void aWrongOptionNamesTheCommandWhoseHelpTellsMore() {
    Said said = Said.run("data", "digits", "--xyz", "folder");
    assertEquals(ExitCode.USAGE.code, said.code());
    assertTrue(said.printed().endsWith("Try 'kudari data digits --help'.\n"), said.printed());
  }

  @Test
  void whatCannotBePrintedIsNoSuccess() throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" > /dev/full", "sh"));
    command.addAll(CommandProcess.command(List.of(), List.of("--help")));
    CommandProcess help = CommandProcess.run(dir, Map.of(), command);
    assertEquals(ExitCode.OUTPUT.code, help.code(), help.said());
    assertTrue(help.said().contains("kudari: standard output cannot be written"), help.said());
  }
}
