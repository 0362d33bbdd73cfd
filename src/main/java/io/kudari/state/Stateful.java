package io.kudari.state;

/** Something that keeps more between steps than can be told from the plan and the step. */
public interface Stateful {

  /** Under which it is saved: unique among those that are saved together. */
  String name();

  /** Writes what it keeps, in arrays that do not change any more. */
  void save(StateWriter to);

  /**
   * Takes over what {@link #save} wrote, of the whole.
   *
   * @throws IllegalArgumentException when that is of something else; one line, to which {@link
   *     StateReader#restore} adds the name
   */
  void restore(StateReader from);
}
