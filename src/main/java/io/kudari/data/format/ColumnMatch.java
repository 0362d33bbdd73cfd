package io.kudari.data.format;

import io.kudari.data.DataException;
import io.kudari.data.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds the columns of a table that are the training set's: by name wherever both sides have names,
 * whatever their order; by position elsewhere, which is said.
 *
 * @param file the table, for messages
 * @param schema of the training set
 * @param notes what was guessed: one line each
 */
record ColumnMatch(String file, Schema schema, Consumer<String> notes) {

  /**
   * The columns to predict, in the training set's order.
   *
   * @param all columns of the table
   * @param own columns that the table's own settings name
   * @param byIndex whether those settings name them by their places
   * @throws DataException when they are not the training set's
   */
  List<String> labels(List<String> all, List<String> own, boolean byIndex) {
    List<String> trained = schema.labels();
    if (trained.isEmpty() || own.equals(trained)) return own;
    if (byIndex && all.containsAll(trained)) return trained;
    if (own.size() == trained.size() && Set.copyOf(own).equals(Set.copyOf(trained))) return trained;
    if (own.size() == 1 && trained.size() == 1) {
      notes.accept(file + ": its label column " + own.get(0) + " is taken for " + trained.get(0));
      return own;
    }
    throw new DataException(
        file
            + ": its label columns "
            + Schema.brief(own)
            + " are not those of the training set, "
            + Schema.brief(trained));
  }

  /**
   * The columns to predict from, in the training set's order.
   *
   * @param candidates all columns of the table but its labels, or those that its own settings name
   * @param chosen whether its settings name them
   * @param vector whether the only candidate is a column of vectors
   * @throws DataException naming a column that is missing, is there twice, or should not be there
   */
  List<String> features(List<String> candidates, boolean chosen, boolean vector) {
    Map<String, Integer> counts = new HashMap<>();
    for (String name : candidates) counts.merge(name, 1, Integer::sum);
    List<String> trained = schema.isKnown() ? schema.features() : candidates;
    if (trained.isEmpty()) {
      byPosition("the names of the training set's columns are not known");
      return candidates;
    }
    if (schema.isKnown() && vector != schema.ofVectors() && !candidates.containsAll(trained)) {
      byPosition("the elements of a vector have no names");
      return candidates;
    }
    for (String name : trained) requireOne(name, counts.getOrDefault(name, 0), candidates);
    if (schema.isKnown()) others(candidates, new HashSet<>(trained), chosen);
    return trained;
  }

  private void requireOne(String name, int count, List<String> candidates) {
    if (count > 1) throw new DataException(file + ": more than one column is named " + name);
    if (count == 0) {
      throw new DataException(
          file
              + ": no column "
              + name
              + ", which the training set has; its features are "
              + Schema.brief(candidates));
    }
  }

  /** Columns that the training set does not have. */
  private void others(List<String> candidates, Set<String> trained, boolean chosen) {
    List<String> others = new ArrayList<>(candidates);
    others.removeIf(trained::contains);
    if (others.isEmpty()) return;
    if (chosen) {
      throw new DataException(
          file + ": its features " + Schema.brief(others) + " are not in the training set");
    }
    notes.accept(
        file
            + ": ignores the columns "
            + Schema.brief(others)
            + ", which the model does not learn from");
  }

  /**
   * Says that the order decides; nothing while the schema is unknown.
   *
   * @param why there are no names to go by
   */
  void byPosition(String why) {
    if (schema.isKnown()) notes.accept(file + ": columns are matched by position: " + why);
  }
}
