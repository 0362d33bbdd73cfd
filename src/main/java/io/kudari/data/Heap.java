package io.kudari.data;

/** Refuses what can't be in memory at once, before memory is taken for it. */
public final class Heap {

  private Heap() {}

  /**
   * Checks that something fits this process's Java heap, were it alone there.
   *
   * @param source whose it is
   * @param what it is, in the plural
   * @throws DataException when it does not; one line
   */
  public static void check(String source, String what, long bytes) {
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > heap)
      throw new DataException(
          ("%s: %s need %d bytes of Java heap, but there are %d: raise KUDARI_MEMORY (with"
                  + " spark-submit: --driver-memory, on executors --conf spark.executor.memory)")
              .formatted(source, what, bytes, heap));
  }
}
