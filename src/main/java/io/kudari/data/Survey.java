package io.kudari.data;

import io.kudari.data.order.KeyCounts;
import java.util.List;

/**
 * What one reading of a whole source finds, beside its description, for whoever divides it.
 *
 * @param description of the source
 * @param keys counts of the examples' keys, by class; of one class for regression
 * @param rounding what becomes of a table's values as floats
 * @param splits that it was read by
 * @param kept the examples, where they were kept; nothing where they were not, or have offsets
 */
public record Survey(
    Description description,
    KeyCounts keys,
    Rounding rounding,
    List<ExampleSource> splits,
    List<Kept> kept) {

  public Survey {
    splits = List.copyOf(splits);
    kept = List.copyOf(kept);
  }

  Survey with(List<Kept> examples) {
    return new Survey(description, keys, rounding, splits, examples);
  }
}
