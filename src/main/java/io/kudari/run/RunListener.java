package io.kudari.run;

import io.kudari.event.Event;

/**
 * Told what happens in a training, in order, on the thread that called {@link Training#run}. An
 * exception of a listener ends the training.
 *
 * <p>Who made a listener closes it. A training does not close those that it was given, for one may
 * listen to several; it closes its own, which leave the files of its folder.
 */
@FunctionalInterface
public interface RunListener extends AutoCloseable {

  /** Something happened. */
  void on(Event event);

  /**
   * Something that happened in a run before it was resumed, as its folder has recorded it: told
   * before what happens now.
   */
  default void earlier(Event event) {}

  /** How far the reading of a set is: told again and again while it lasts, and not recorded. */
  default void reading(Event.Reading progress) {}

  /** Something worth knowing that is no event of the run, such as what is waited for: one line. */
  default void notice(String line) {}

  /** Something that may be wrong, though the training goes on: one line. */
  default void warning(String line) {}

  /** There is nothing more to tell. */
  @Override
  default void close() {}
}
