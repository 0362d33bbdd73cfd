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
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
