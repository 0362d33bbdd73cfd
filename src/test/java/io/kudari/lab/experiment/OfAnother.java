package io.kudari.lab.experiment;

import io.kudari.lab.Claim;
import io.kudari.lab.Experiment;
import io.kudari.lab.Section;
import java.util.List;

/** An experiment that is another one in all but what it measures. */
interface OfAnother extends Experiment {

  /** The other. */
  Experiment of();

  @Override
  default String name() {
    return of().name();
  }

  @Override
  default Section section() {
    return of().section();
  }

  @Override
  default List<Claim> claims() {
    return of().claims();
  }

  @Override
  default String question() {
    return of().question();
  }

  @Override
  default String setup() {
    return of().setup();
  }

  @Override
  default int seconds(boolean quick) {
    return of().seconds(quick);
  }
}
