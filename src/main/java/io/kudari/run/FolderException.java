package io.kudari.run;

/** The folder of a run exists, is in use, or cannot be written. The message is one line. */
public final class FolderException extends RuntimeException {

  private static final long serialVersionUID = 1;

  FolderException(String message) {
    super(message);
  }

  /** The same in other words. */
  public FolderException(String message, Throwable cause) {
    super(message, cause);
  }
}
