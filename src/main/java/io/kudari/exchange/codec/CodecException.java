package io.kudari.exchange.codec;

/** Bytes that no encoder gives. The message is one line. */
public final class CodecException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** About some bytes. */
  CodecException(String message) {
    super(message);
  }
}
