package io.kudari.data;

import io.kudari.data.order.Division;
import io.kudari.data.order.KeyCounts;
import java.util.List;
import java.util.Optional;

/**
 * What one reading of a whole source finds, beside its description, for whoever divides it.
 *
 * @param description of the source
 * @param keys counts of the examples' keys, by class; of one class for regression
 * @param rounding what becomes of a table's values as floats
 * @param splits that it was read by
 * @param kept the examples, where they were kept; nothing where they were not, or have offsets
 * @param tableOrNull what was found of a table's columns, where it finds its schema
 * @param read bytes that this reading took of file systems
 * @param invalid rows that were left out for cells that hold what they must not
 */
public record Survey(
    Description description,
    KeyCounts keys,
    Rounding rounding,
    List<ExampleSource> splits,
    List<Kept> kept,
    FoundTable tableOrNull,
    long read,
    long invalid) {

  public Survey {
    splits = List.copyOf(splits);
    kept = List.copyOf(kept);
  }

  Survey with(List<Kept> examples) {
    return new Survey(description, keys, rounding, splits, examples, tableOrNull, read, invalid);
  }

  /**
   * The same of a set of which some is held out: categories are found of the rest alone.
   *
   * @throws DataException when there are too many; one line
   */
  public Survey divided(Division division) {
    if (tableOrNull == null || description.schema().encoding().isNone()) return this;
    try {
      Encoding encoding = tableOrNull.encoding(division);
      Description of = description.with(description.schema().with(encoding));
      return new Survey(of, keys, rounding, splits, kept, tableOrNull, read, invalid);
    } catch (DataException e) {
      throw new DataException(splits.get(0).name() + ": " + e.getMessage(), e);
    }
  }

  /** The same after another reading that took so many bytes. */
  public Survey after(long bytes) {
    return new Survey(
        description, keys, rounding, splits, kept, tableOrNull, bytes + read, invalid);
  }

  /** Names of a table's columns that have the same value in all rows. */
  public List<String> constant() {
    if (tableOrNull == null) return List.of();
    return tableOrNull.columns().stream()
        .filter(c -> c.isConstant() && c.missing() == 0)
        .map(FoundTable.Column::name)
        .toList();
  }

  /**
   * What to read the set again with, where it has columns of texts and numbers or booleans: they
   * are categories, whose cells were not all told apart.
   */
  public Optional<Schema> again() {
    boolean mixed = tableOrNull != null && !tableOrNull.mixed().isEmpty();
    return mixed ? Optional.of(Schema.ofCategories(tableOrNull.mixed())) : Optional.empty();
  }
}
