package io.kudari.lab;

import java.util.List;

/**
 * A question that trials, or arithmetic, answer. What it finds depends on the {@link Scope} and on
 * what its trials give, and on nothing else. Immutable.
 */
public interface Experiment {

  /** By which it is asked for: small letters, digits and hyphens. */
  String name();

  /** What follows {@code lab run} to run it again. */
  default String command() {
    return name();
  }

  /** Where it stands on the page. */
  default Section section() {
    return Section.LARGE_BATCHES;
  }

  /** One sentence that ends with a question mark. */
  String question();

  /** What is trained or computed, how often, and what is measured. */
  String setup();

  /** What lecture notes say of it: {@link Findings#verdicts} judges each. */
  default List<Claim> claims() {
    return List.of();
  }

  /**
   * Whether what it finds are times, which differ from run to run: in {@code lab.json} all of it
   * then lies in {@code seconds}.
   */
  default boolean isTimed() {
    return false;
  }

  /**
   * About how long it takes on two cores.
   *
   * @return seconds
   */
  int seconds(boolean quick);

  /**
   * Has its trials trained, and measures.
   *
   * @throws InterruptedException when the thread was interrupted
   */
  Findings measure(Scope scope, Bench bench) throws InterruptedException;
}
