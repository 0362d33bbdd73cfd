package io.kudari.engine.processor;

/**
 * The native libraries cannot be loaded, and nothing can be computed. The message is one line for
 * the user.
 */
public final class NativeLibraryException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Of what the loader said. */
  public NativeLibraryException(Throwable cause) {
    super(
        "the native libraries cannot be loaded: "
            + reason(cause)
            + ": they are unpacked to "
            + System.getProperty("java.io.tmpdir")
            + " and ~/.javacpp, which need room for 500 MB and for files of that size (ulimit -f)",
        cause);
  }

  /** What the first of the errors says. */
  private static String reason(Throwable error) {
    Throwable first = error;
    while (first.getCause() != null) first = first.getCause();
    String said = String.valueOf(first.getMessage()).lines().findFirst().orElse("");
    return said.isBlank() ? first.getClass().getSimpleName() : said;
  }
}
