package io.kudari.engine.processor;

import io.kudari.model.Libraries;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Properties;

/** What this process computes with. */
public final class LoadedLibraries {

  private static final String ND4J = "/META-INF/maven/org.nd4j/nd4j-api/pom.properties";

  private LoadedLibraries() {}

  /** As far as it has loaded them by now; loads none. */
  public static Libraries now() {
    Optional<NativeFacts> facts = NativeSetup.loaded();
    return new Libraries(
        facts.map(NativeFacts::blasAndKernels).orElse(null),
        facts.map(NativeFacts::oneDnnAndInstructions).orElse(null),
        // The folder that it was loaded from is named after its platform and instruction set.
        NativeSetup.loadedFrom("libnd4jcpu")
            .map(path -> "ND4J " + nd4j() + ", " + path.getParent().getFileName())
            .orElse(null));
  }

  /** The version of ND4J on the class path; {@code unknown} where it doesn't tell. */
  public static String nd4j() {
    try (InputStream in = LoadedLibraries.class.getResourceAsStream(ND4J)) {
      if (in == null) return "unknown";
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
