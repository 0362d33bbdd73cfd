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
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Loads OpenBLAS and oneDNN with the settings without which they run at a fraction of their speed.
 * Whatever computes calls {@link #apply} before it touches a class of theirs, or of what builds on
 * them, so it does not matter who launched the process, or with which environment.
 *
 * <ul>
 *   <li>OpenBLAS is told which kernels to use ({@code OPENBLAS_CORETYPE}, by the processor's
 *       instruction sets). A value in the user's environment wins, and keeps oneDNN ({@code
 *       ONEDNN_MAX_CPU_ISA}) to the instructions of those kernels too: that is how unequal machines
 *       compute the same bits.
 *   <li>OpenMP and BLAS get one thread: parallelism comes from workers. This wins over the
 *       environment, because Spark sets {@code OMP_NUM_THREADS} to the cores of a task.
 * </ul>
 *
 * <p>The native libraries read these variables when they are loaded, so they are written into the
 * running process's environment first. Where that is impossible, or where something else loaded
 * them before, {@link NativeFacts} tells what is really in force.
 */
public final class NativeSetup {

  /** Where JNA would look for libraries: unless it is set, JNA asks the system's ldconfig. */
  private static final String JNA_PATHS = "jna.platform.library.path";

  /** Null until they are loaded. */
  private static volatile NativeFacts known;

  private NativeSetup() {}

  /** The JVM runs this once, in whichever thread comes first, and makes the others wait. */
  private static final class Loaded {
    static final Outcome OUTCOME = tried();

    /** Whoever calls it has loaded this class, and with it the libraries. */
    static void begin() {}
  }

  /** What came of loading: one of the two is null. */
  private record Outcome(NativeFacts facts, Throwable failure) {}

  /**
   * Loads the libraries unless that was done before. Thread-safe.
   *
   * @throws NativeLibraryException when they cannot be loaded, each time
   */
  public static NativeFacts apply() {
    Outcome outcome = Loaded.OUTCOME;
    if (outcome.failure != null) throw new NativeLibraryException(outcome.failure);
    return outcome.facts;
  }

  /**
   * The facts of what this process has loaded by {@link #apply}; empty until then. Loads nothing.
   */
  public static Optional<NativeFacts> loaded() {
    return Optional.ofNullable(known);
  }

  /** Begins to load them on a thread of its own, while other work is done. */
  public static void begin() {
    Thread loading = new Thread(Loaded::begin, "kudari-natives");
    loading.setDaemon(true);
    loading.start();
  }

  /** A class whose own loading fails tells the reason to the first caller only. */
  private static Outcome tried() {
    try {
      known = load();
      return new Outcome(known, null);
    } catch (LinkageError | RuntimeException e) {
      return new Outcome(null, e);
    }
  }

  private static NativeFacts load() {
    // Only libraries of known places are opened.
    if (System.getProperty(JNA_PATHS) == null) System.setProperty(JNA_PATHS, "");
    Processor processor = Processor.current();
    String requested = requestedKernels();
    if (requested.isEmpty() && !processor.coreType().isEmpty()) {
      setEnvironment("OPENBLAS_CORETYPE", processor.coreType());
    }
    String most = Processor.instructions(requested);
    if (!most.isEmpty() && System.getenv("ONEDNN_MAX_CPU_ISA") == null) {
      setEnvironment("ONEDNN_MAX_CPU_ISA", most);
    }
    setEnvironment("OMP_NUM_THREADS", "1");
    setEnvironment("OPENBLAS_NUM_THREADS", "1");

    openblas_nolapack.blas_set_num_threads(1);
    Optional<NativeLibrary> openBlas = openBlas();
    return new NativeFacts(
        processor.model(),
        openBlas.map(l -> word(text(l, "openblas_get_config"), 0, 2)).orElse("OpenBLAS"),
        openBlas.map(l -> text(l, "openblas_get_corename")).orElse(""),
        processor.coreType(),
        requested,
        "oneDNN " + oneDnnVersion(),
        instructions(),
        openblas_nolapack.blas_get_num_threads());
  }

  /** As oneDNN names them, such as {@code avx512_core}. */
  private static String instructions() {
    int used = dnnl.dnnl_get_effective_cpu_isa();
    for (dnnl.cpu_isa isa : dnnl.cpu_isa.values()) if (isa.value == used) return isa.name();
    return "unknown";
  }

  /** The OpenBLAS kernels that are asked for here, without loading any; empty to let it choose. */
  public static String kernels() {
    String requested = requestedKernels();
    return requested.isEmpty() ? Processor.current().coreType() : requested;
  }

  /** Those of the user's environment, which win; empty when it names none. */
  private static String requestedKernels() {
    return Optional.ofNullable(System.getenv("OPENBLAS_CORETYPE")).orElse("");
  }

  /** Of OpenBLAS, without loading it. */
  public static String openBlasVersion() {
    return openblas_nolapack.OPENBLAS_VERSION.replace("OpenBLAS", "").strip();
  }

  /** Of oneDNN, without loading it. */
  public static String oneDnnVersion() {
    return dnnl.DNNL_VERSION_MAJOR + "." + dnnl.DNNL_VERSION_MINOR + "." + dnnl.DNNL_VERSION_PATCH;
  }

  /** Most bytes that native arrays may take in this process; 0 when there is no limit. */
  public static long maxBytes() {
    // Whoever begins to load its classes while another thread loads the libraries waits for ever.
    Loaded.begin();
    return Pointer.maxBytes();
  }

  /** Changes the environment that native libraries see; Java's own copy stays as it was. */
  private static void setEnvironment(String name, String value) {
    if (Platform.isWindows()) return;
    Function setenv = NativeLibrary.getProcess().getFunction("setenv");
    int failed = setenv.invokeInt(new Object[] {name, value, 1});
    if (failed != 0) throw new IllegalStateException("setenv refuses " + name + "=" + value);
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

  /**
   * Where a native library that this process has loaded lies; empty where the system hides it.
   *
   * @param name how the file's name begins, such as {@code libopenblas}
   */
  public static Optional<Path> loadedFrom(String name) {
    Path maps = Path.of("/proc/self/maps");
    if (!Files.isReadable(maps)) return Optional.empty();
    try (var lines = Files.lines(maps)) {
      return lines
          .filter(line -> line.contains("/" + name))
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
