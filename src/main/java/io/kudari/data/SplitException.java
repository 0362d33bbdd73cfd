package io.kudari.data;

/** A source cannot be read by its splits: to be caught by whoever reads it by others then. */
public final class SplitException extends DataException {

  private static final long serialVersionUID = 1;

  private final long read;

  /** With what is said where nobody catches it. */
  public SplitException(String message) {
    this(message, 0);
  }

  private SplitException(String message, long read) {
    super(message);
    this.read = read;
  }

  /** Bytes that were read in vain. */
  public long read() {
    return read;
  }

  /** The same of a reading that took so many bytes more. */
  public SplitException after(long bytes) {
    return new SplitException(getMessage(), read + bytes);
  }
}
