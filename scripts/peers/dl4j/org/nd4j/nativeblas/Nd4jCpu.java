package org.nd4j.nativeblas;

/**
 * Deeplearning4j 1.0.0-M2.1 asks a class of this old name whether oneDNN is there, and takes its
 * absence for a no. On the class path of Deeplearning4j's process in the benchmark alone, this
 * switches its convolution helpers on.
 */
public final class Nd4jCpu {

  private Nd4jCpu() {}

  /** Answers for the class that has moved. */
  public static final class Environment {

    private static final Environment INSTANCE = new Environment();

    private Environment() {}

    /** The one instance. */
    public static Environment getInstance() {
      return INSTANCE;
    }

    /** Whether oneDNN is there: the benchmark runs with a native that has it. */
    public boolean isUseMKLDNN() {
      return true;
    }
  }
}
