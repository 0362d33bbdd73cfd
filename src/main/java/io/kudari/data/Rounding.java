package io.kudari.data;

import java.util.List;

/**
 * What becomes of the columns of a table when their values are rounded to floats.
 *
 * @param offsets that keep digits which rounding the values as they are would lose
 * @param merged names of the columns in which rounding makes different values equal
 * @param mergedWithOffsets names of those in which it still does with the offsets
 */
public record Rounding(Offsets offsets, List<String> merged, List<String> mergedWithOffsets) {

  /** Of features that are floats or bytes already. */
  public static final Rounding EXACT = new Rounding(Offsets.NONE, List.of(), List.of());

  public Rounding {
    merged = List.copyOf(merged);
    mergedWithOffsets = List.copyOf(mergedWithOffsets);
  }
}
