package io.kudari.data;

/**
 * How much of a Java heap examples take at most, of all ranks that share it; what is beyond lies in
 * files.
 *
 * @param bytes asked for, or {@link #UNSAID}
 */
public record ExampleMemory(long bytes) implements java.io.Serializable {

  private static final long UNSAID = -1;

  /** A quarter of the heap. */
  public static final ExampleMemory QUARTER = new ExampleMemory(UNSAID);

  /**
   * Bytes for examples.
   *
   * @param heap bytes of the whole heap
   */
  public long of(long heap) {
    return bytes == UNSAID ? heap / 4 : bytes;
  }
}
