package io.kudari.engine.processor;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Loads ND4J's native library with the settings without which it runs at a quarter of its speed.
 * Every public entry of this package goes through {@link #apply} before it touches an ND4J class,
 * so it does not matter who launched the process, or with which environment.
 *
 * <ul>
 *   <li>OpenBLAS is told which kernels to use ({@code OPENBLAS_CORETYPE}, by the processor's
 *       instruction sets). A value in the user's environment wins.
 *   <li>OpenMP and BLAS get one thread: parallelism comes from workers. This wins over the
 *       environment, because Spark sets {@code OMP_NUM_THREADS} to the cores of a task.
 * </ul>
 *
 * <p>The native libraries read these variables when they are loaded, so they are written into the
 * running process's environment first. Where that is impossible, or where something else loaded
 * ND4J before, {@link NativeFacts} tells what is really in force.
 */
public final class NativeSetup {

  private NativeSetup() {}

  /** The JVM runs this once, in whichever thread comes first, and makes the others wait. */
  private static final class Loaded {
    static final Outcome OUTCOME = tried();
  }

  /** What came of loading: one of the two is null. */
  private record Outcome(NativeFacts facts, Throwable failure) {}

  /**
   * Loads ND4J unless that was done before. Thread-safe.
   *
   * @throws NativeLibraryException when it cannot be loaded, each time
   */
  public static NativeFacts apply() {
    Outcome outcome = Loaded.OUTCOME;
    if (outcome.failure != null) throw new NativeLibraryException(outcome.failure);
    return outcome.facts;
  }

  /** A class whose own loading fails tells the reason to the first caller only. */
  private static Outcome tried() {
    try {
      return new Outcome(load(), null);
    } catch (LinkageError | RuntimeException e) {
      return new Outcome(null, e);
    }
  }

  private static NativeFacts load() {
    Processor processor = Processor.current();
    String requested = Optional.ofNullable(System.getenv("OPENBLAS_CORETYPE")).orElse("");
    if (requested.isEmpty() && !processor.coreType().isEmpty()) {
      setEnvironment("OPENBLAS_CORETYPE", processor.coreType());
    }
    setEnvironment("OMP_NUM_THREADS", "1");
    setEnvironment("OPENBLAS_NUM_THREADS", "1");

    // ND4J reads Java's copy of the environment, which does not see the change: pin again. The
    // first call loads it; its parts must not be touched before.
    Nd4j.factory().blas().setMaxThreads(1);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    Nd4j.getEnvironment().setMaxThreads(1);

    String library = library();
    Optional<NativeLibrary> openBlas = openBlas();
    return new NativeFacts(
        processor.model(),
        library,
        library.contains("onednn"),
        openBlas
            .map(l -> word(text(l, "openblas_get_config"), 0, 2))
            .orElse(Nd4j.factory().blas().getBlasVendor().toString()),
        openBlas.map(l -> text(l, "openblas_get_corename")).orElse(""),
        processor.coreType(),
        requested,
        Nd4j.getEnvironment().maxThreads());
  }

  /** Changes the environment that native libraries see; Java's own copy stays as it was. */
  private static void setEnvironment(String name, String value) {
    if (Platform.isWindows()) return;
    Function setenv = NativeLibrary.getProcess().getFunction("setenv");
    int failed = setenv.invokeInt(new Object[] {name, value, 1});
    if (failed != 0) throw new IllegalStateException("setenv refuses " + name + "=" + value);
  }

  /** The folder that libnd4jcpu was loaded from is named after its classifier. */
  private static String library() {
    return loadedFrom("libnd4jcpu")
        .map(path -> path.getParent().getFileName().toString())
        .orElse("unknown");
  }

  /**
   * The OpenBLAS that is loaded. The flags are RTLD_LAZY and RTLD_NOLOAD without JNA's RTLD_GLOBAL:
   * there are two copies of OpenBLAS in the process, and were one global, calls inside the other
   * would be bound to it and free what it never allocated.
   */
  private static Optional<NativeLibrary> openBlas() {
    Map<String, Object> local = Map.of(Library.OPTION_OPEN_FLAGS, 0x1 | 0x4);
    return loadedFrom("libopenblas").map(path -> NativeLibrary.getInstance(path.toString(), local));
  }

  private static String text(NativeLibrary library, String function) {
    return library.getFunction(function).invokeString(new Object[0], false);
  }

  private static String word(String text, int from, int to) {
    List<String> words = List.of(text.split(" +"));
    return String.join(" ", words.subList(from, Math.min(to, words.size())));
  }

  /** Where a native library that this process has loaded lies; empty where the system hides it. */
  private static Optional<Path> loadedFrom(String name) {
    Path maps = Path.of("/proc/self/maps");
    if (!Files.isReadable(maps)) return Optional.empty();
    try (var lines = Files.lines(maps)) {
      return lines
          .filter(line -> line.contains("/" + name + "."))
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
