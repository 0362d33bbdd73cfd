package io.kudari.cli;

import io.kudari.data.Description;

/** What was guessed about data is told to the user, once. */
final class Notes {

  private Notes() {}

  /** One line a note, on the error stream. */
  static void print(Description description) {
    description.notes().forEach(Notes::print);
  }

  /** As the other. */
  static void print(String note) {
    System.err.println("kudari: warning: " + note);
  }
}
