package io.kudari.train;

/** A {@link Meter} as configured: an immutable value, equal by value, that travels to the ranks. */
public interface MeterSpec extends java.io.Serializable {

  /** The name in configurations. */
  String name();

  /** What it measures and how often, in one line. */
  String doc();

  /** For one loop. */
  Meter open(Meter.Context context);
}
