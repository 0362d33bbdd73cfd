package io.kudari.engine.processor;

/**
 * What the native side of this process is, found out after it was loaded.
 *
 * @param processor name of the processor
 * @param blas name and version of the BLAS in use
 * @param coreType the kernels OpenBLAS really uses, such as {@code Haswell}
 * @param suitableCoreType the kernels that suit the processor; empty when OpenBLAS is left to
 *     choose
 * @param requestedCoreType what the user's environment asks for, which wins over the suitable one;
 *     empty when it asks for nothing
 * @param oneDnn name and version of oneDNN
 * @param instructions the instruction set oneDNN uses, such as {@code avx512_core}
 * @param threads native threads a call may use
 */
public record NativeFacts(
    String processor,
    String blas,
    String coreType,
    String suitableCoreType,
    String requestedCoreType,
    String oneDnn,
    String instructions,
    int threads) {

  /** The BLAS and what it computes by, such as {@code OpenBLAS 0.3.31, kernels for SkylakeX}. */
  public String blasAndKernels() {
    return coreType.isEmpty() ? blas : blas + ", kernels for " + coreType;
  }

  /** oneDNN and what it computes by, such as {@code oneDNN 3.11.0, avx512_core}. */
  public String oneDnnAndInstructions() {
    return oneDnn + ", " + instructions;
  }

  /** Whether OpenBLAS uses the kernels that suit the processor, as far as that is known. */
  public boolean suitable() {
    return suitableCoreType.isEmpty() || suitableCoreType.equals(coreType);
  }
}
