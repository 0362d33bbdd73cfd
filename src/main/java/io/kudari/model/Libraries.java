package io.kudari.model;

/**
 * The native libraries that a process computes with, each with its name, version and instruction
 * set; null where the process has loaded none.
 *
 * @param blasOrNull such as {@code OpenBLAS 0.3.31, kernels for SkylakeX}
 * @param oneDnnOrNull such as {@code oneDNN 3.11.0, avx512_core}
 * @param nd4jOrNull such as {@code ND4J 1.0.0-M2.1, linux-x86_64-onednn-avx512}
 */
public record Libraries(String blasOrNull, String oneDnnOrNull, String nd4jOrNull)
    implements java.io.Serializable {

  /** Of a process that has loaded none. */
  public static final Libraries NONE = new Libraries(null, null, null);
}
