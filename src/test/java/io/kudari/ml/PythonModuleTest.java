package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The parts of {@code kudari.py} that are written from the Java classes. */
class PythonModuleTest {

  private static final Path MODULE = Path.of("src/main/resources/kudari.py");

  /** Writes it where the system property {@code tables.write} is set: scripts/tables. */
  @Test
  void whatTheModuleSaysOfJavaIsWhatJavaSays() throws IOException {
    String module = Files.readString(MODULE);
    String written = PythonModule.written(module);
    if (System.getProperty("tables.write") != null) Files.writeString(MODULE, written);
    else assertEquals(written, module, "scripts/tables writes " + MODULE + " anew");
  }
}
