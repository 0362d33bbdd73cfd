package io.kudari.engine.processor;

/**
 * What the native side of this process is, found out after it was loaded.
 *
 * @param processor name of the processor
 * @param library the ND4J native in use, such as {@code linux-x86_64-onednn-avx2}
 * @param oneDnn whether it has oneDNN's convolutions
 * @param blas name and version of the BLAS in use
 * @param coreType the kernels OpenBLAS really uses, such as {@code Haswell}
 * @param suitableCoreType the kernels that suit the processor; empty when OpenBLAS is left to
 *     choose
 * @param requestedCoreType what the user's environment asks for, which wins over the suitable one;
 *     empty when it asks for nothing
 * @param threads native threads a call may use
 */
public record NativeFacts(
    String processor,
    String library,
    boolean oneDnn,
    String blas,
    String coreType,
    String suitableCoreType,
    String requestedCoreType,
    int threads) {

  /** Whether OpenBLAS uses the kernels that suit the processor, as far as that is known. */
  public boolean suitable() {
    return suitableCoreType.isEmpty() || suitableCoreType.equals(coreType);
  }
}
