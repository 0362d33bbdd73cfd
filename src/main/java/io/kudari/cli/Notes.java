package io.kudari.cli;

import io.kudari.data.Description;

/** What was guessed about data is told to the user, once. */
final class Notes {

  private Notes() {}

  /** One line a note, on the error stream. */
  static void print(Description description) {
    for (String note : description.notes()) System.err.println("kudari: warning: " + note);
  }
}
