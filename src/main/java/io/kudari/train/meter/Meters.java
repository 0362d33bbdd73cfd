package io.kudari.train.meter;

import io.kudari.train.MeterSpec;
import java.util.List;

/** All meters that can be asked for, by name: the list to add one to. */
public final class Meters {

  /** In the order in which they are documented. */
  public static final List<MeterSpec> ALL =
      List.of(new LayerNorms(), new SentBytes(), new ResidualNorm(), new StepLoss());

  /** What is measured with a lossy exchange unless a plan says otherwise. */
  public static final List<MeterSpec> OF_LOSSY = List.of(new SentBytes(), new ResidualNorm());

  private Meters() {}

  /**
   * The meter of a name.
   *
   * @throws IllegalArgumentException when there is none; one line
   */
  public static MeterSpec named(String name) {
    for (MeterSpec meter : ALL) if (meter.name().equals(name)) return meter;
    List<String> known = ALL.stream().map(MeterSpec::name).toList();
    throw new IllegalArgumentException(
        "must be some of " + String.join(", ", known) + ", not '" + name + "'");
  }
}
