package io.kudari.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How tests start Java in processes of its own. They end within seconds, in which the second
 * compiler of the JVM costs more than half of the processor's time and gains nothing.
 */
public final class ChildJava {

  /** The option that leaves the second compiler out. */
  static final String BRIEF = "-XX:TieredStopAtLevel=1";

  private ChildJava() {}

  /** The beginning of a command, in any working folder. */
  public static List<String> command() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path options = Path.of("conf/jvm.options").toAbsolutePath();
    return new ArrayList<>(List.of(java, "@" + options, BRIEF));
  }
}
