package io.kudari.engine.dl4j;

import io.kudari.engine.processor.NativeLibraryException;
import io.kudari.engine.processor.NativeSetup;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Loads ND4J after the libraries it builds on, with one thread. Everything of this package that
 * touches an ND4J class calls {@link #apply} before.
 */
public final class Nd4jSetup {

  private Nd4jSetup() {}

  /** The JVM runs this once, in whichever thread comes first, and makes the others wait. */
  private static final class Loaded {
    static final Throwable FAILURE = tried();
  }

  /**
   * Loads ND4J unless that was done before. Thread-safe.
   *
   * @throws NativeLibraryException when it cannot be loaded, each time
   */
  public static void apply() {
    NativeSetup.apply();
    if (Loaded.FAILURE != null) throw new NativeLibraryException(Loaded.FAILURE);
  }

  /** A class whose own loading fails tells the reason to the first caller only. */
  private static Throwable tried() {
    try {
      load();
      return null;
    } catch (LinkageError | RuntimeException e) {
      return e;
    }
  }

  /** ND4J reads Java's copy of the environment, which does not see what was set: pin again. */
  private static void load() {
    // The first call loads it; its parts must not be touched before.
    Nd4j.factory().blas().setMaxThreads(1);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    Nd4j.getEnvironment().setMaxThreads(1);
  }
}
