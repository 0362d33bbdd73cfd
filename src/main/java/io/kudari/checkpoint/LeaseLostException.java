package io.kudari.checkpoint;

import java.io.IOException;

/** Another run has taken over the folder: this one may not write there any more. */
public final class LeaseLostException extends IOException {

  private static final long serialVersionUID = 1;

  LeaseLostException(String message) {
    super(message);
  }
}
