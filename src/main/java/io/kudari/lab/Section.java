package io.kudari.lab;

/** Where an experiment stands on the page, in this order. */
public enum Section {
  GOING_DOWN("Going down"),
  BATCHES_AND_NOISE("Batches and noise"),
  LANDSCAPE("The landscape"),
  INITIAL_WEIGHTS("Initial weights"),
  NORMALISATION("Normalisation"),
  GENERALISATION("Generalisation"),
  EVERYTHING_TOGETHER("Everything together"),
  LARGE_BATCHES("Large batches");

  private final String title;

  Section(String title) {
    this.title = title;
  }

  /** Its heading. */
  public String title() {
    return title;
  }

  /** By which the page's contents lead to it. */
  String anchor() {
    return "section-" + (ordinal() + 1);
  }
}
