package io.kudari.data.format;

import io.kudari.data.ExampleSink;
import io.kudari.data.Schema;
import java.util.List;
import java.util.function.Predicate;

/**
 * The columns of a table that are used, by their names.
 *
 * @param labels to predict, in the training set's order; none where labels are not needed
 * @param features to predict from, in the training set's order
 */
public record TableColumns(List<String> labels, List<String> features) {

  /**
   * Finds them in a table, and tells the sink.
   *
   * @param table its name, for messages
   * @param all its columns
   * @param labels that its settings name
   * @param features likewise, or empty for all other columns
   * @param vector whether a column is one of vectors
   * @throws io.kudari.data.DataException when they are not those of the sink's schema
   */
  static TableColumns find(
      String table,
      List<String> all,
      List<String> labels,
      List<String> features,
      Predicate<String> vector,
      ExampleSink into) {
    ColumnMatch match = new ColumnMatch(table, into.schema(), into::note);
    boolean labelled = into.needsLabels();
    List<String> targets =
        labelled ? match.labels(all, labels, false) : passedOver(all, labels, into.schema());
    List<String> own =
        features.isEmpty() ? all.stream().filter(c -> !targets.contains(c)).toList() : features;
    boolean ofVectors = own.size() == 1 && all.contains(own.get(0)) && vector.test(own.get(0));
    List<String> from = match.features(own, !features.isEmpty(), ofVectors);
    into.columns(from, targets);
    return new TableColumns(labelled ? targets : List.of(), from);
  }

  /** The label columns of a table that need not have any. */
  private static List<String> passedOver(List<String> all, List<String> labels, Schema schema) {
    return all.stream()
        .filter(name -> labels.contains(name) || schema.labels().contains(name))
        .filter(name -> !schema.features().contains(name))
        .toList();
  }
}
