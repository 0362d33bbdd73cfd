package io.kudari.engine.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.engine.dl4j.Nd4jSetup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NativeSetupTest {

  @Test
  void theKernelsFollowTheInstructionSets() {
    Set<String> avx512 = Set.of("avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl");
    assertEquals("SkylakeX", new Processor("new", avx512).coreType());
    assertEquals("Haswell", new Processor("Zen 2", Set.of("avx2", "fma", "sse")).coreType());
    // Knights Landing has the foundation of AVX-512 without what the SkylakeX kernels use
    Set<String> foundation = Set.of("avx2", "fma", "avx512f", "avx512cd");
    assertEquals("Haswell", new Processor("Knights Landing", foundation).coreType());
    assertEquals("", new Processor("old", Set.of("sse2")).coreType());
  }

  @Test
  void theProcessorIsReadFromLinuxsDescription() {
    Processor read =
        Processor.parse(
            List.of(
                "processor\t: 0",
                "model name\t: Some CPU: fast @ 3 GHz",
                "flags\t\t: fpu avx2 fma",
                "",
                "model name\t: another",
                "flags\t\t: none"));
    assertEquals(new Processor("Some CPU: fast @ 3 GHz", Set.of("fpu", "avx2", "fma")), read);
    assertEquals(System.getProperty("os.arch"), Processor.parse(List.of()).model());
  }

  @Test
  void settingUpTwiceGivesTheSameFacts() {
    NativeFacts facts = NativeSetup.apply();
    assertSame(facts, NativeSetup.apply());
    assertEquals(1, facts.threads());
    assertTrue(facts.blas().matches("OpenBLAS [0-9.]+"), facts.blas());
    assertTrue(facts.oneDnn().matches("oneDNN [0-9.]+"), facts.oneDnn());
  }

  /** Its class and the libraries wait for each other otherwise, where two threads load them. */
  @Test
  void howMuchMemoryThereMayBeIsToldWhenTheLibrariesAreLoaded() throws Exception {
    assertEquals("true", launched(Told.class, null));
  }

  @Test
  void aProcessLaunchedWithoutSettingsUsesSuitableKernelsAndOneThread() throws Exception {
    // Empty where the list has no kernels for this processor: OpenBLAS chooses then.
    String suitable = Processor.current().coreType();
    String facts = launched(Launched.class, null);
    assertTrue(facts.startsWith(suitable) && facts.endsWith(" 1 1 1"), facts);
    // Who has chosen kernels for the tests has not chosen them for that process.
    if (System.getenv("OPENBLAS_CORETYPE") == null)
      assertTrue(facts.contains(" " + NativeSetup.apply().instructions() + " "), facts);
  }

  @Test
  void theUsersChoiceOfKernelsWinsInBothLibraries() throws Exception {
    // Any processor can run these, and none would be given them.
    assertEquals("Nehalem sse41 1 1 1", launched(Launched.class, "Nehalem"));
  }

  @Test
  void kernelsOfOpenBlasKeepOneDnnToTheirInstructions() {
    assertEquals("AVX2", Processor.instructions("HASWELL"));
    assertEquals("AVX512_CORE", Processor.instructions("SkylakeX"));
    assertEquals("", Processor.instructions("Neoverse"));
    assertEquals("", Processor.instructions(""));
  }

  /** The last line of a process that was started as Spark starts executors. */
  private static String launched(Class<?> main, String coreType)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName());
    builder.environment().keySet().removeIf(name -> name.startsWith("OPENBLAS_"));
    builder.environment().put("OMP_NUM_THREADS", "2");
    if (coreType != null) builder.environment().put("OPENBLAS_CORETYPE", coreType);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), out);
    return out.lines().reduce((first, last) -> last).orElse("");
  }

  /** Prints whether the libraries are there. */
  static final class Told {
    public static void main(String[] args) {
      NativeSetup.begin();
      long unused = NativeSetup.maxBytes();
      System.out.println(NativeSetup.loadedFrom("libopenblas").isPresent());
    }
  }

  /**
   * Prints core type, instructions and thread counts in force, in the thread that set up and for
   * another.
   */
  static final class Launched {
    public static void main(String[] args) throws InterruptedException {
      NativeFacts facts = NativeSetup.apply();
      Nd4jSetup.apply();
      int[] threads = new int[2];
      threads[0] = openMpThreads();
      Thread other = new Thread(() -> threads[1] = openMpThreads());
      other.start();
      other.join();
      System.out.println(
          "%s %s %d %d %d"
              .formatted(
                  facts.coreType(), facts.instructions(), facts.threads(), threads[0], threads[1]));
    }

    private static int openMpThreads() {
      return org.nd4j.nativeblas.NativeOpsHolder.getInstance()
          .getDeviceNativeOps()
          .ompGetMaxThreads();
    }
  }
}
