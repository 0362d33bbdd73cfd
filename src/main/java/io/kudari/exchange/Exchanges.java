package io.kudari.exchange;

import java.util.List;

/** All exchanges: the list to add one to. */
public final class Exchanges {

  /** What a run has unless its plan says otherwise. */
  public static final GradientExchange USUAL = new Dense();

  /** With their default settings, in the order in which they are documented. */
  public static final List<GradientExchange> ALL = List.of(USUAL, new NoExchange());

  private Exchanges() {}
}
