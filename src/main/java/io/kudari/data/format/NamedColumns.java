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
 * @param weight of the examples, or empty where it is not read
 */
public record NamedColumns(List<String> labels, List<String> features, String weight) {

  /**
   * Finds them in a table, and tells the sink.
   *
   * @param table its name, for messages
   * @param all its columns
   * @param labels that its settings name
   * @param features likewise, or empty for all other columns
   * @param weight the column of weights that they name, or empty
   * @param vector whether a column is one of vectors
   * @throws io.kudari.data.DataException when they are not those of the sink's schema
   */
  static NamedColumns find(
      String table,
      List<String> all,
      List<String> labels,
      List<String> features,
      String weight,
      Predicate<String> vector,
      ExampleSink into) {
    ColumnMatch match = new ColumnMatch(table, into.schema(), into::note);
    boolean labelled = into.needsLabels();
    List<String> targets =
        labelled ? match.labels(all, labels, false) : passedOver(all, labels, into.schema());
    List<String> own =
        features.isEmpty()
            ? all.stream()
                .filter(c -> !targets.contains(c) && !isWeight(c, weight, into.schema()))
                .toList()
            : features;
    boolean ofVectors = own.size() == 1 && all.contains(own.get(0)) && vector.test(own.get(0));
    List<String> from = match.features(own, !features.isEmpty(), ofVectors);
    into.columns(from, targets);
    boolean weighted = labelled && !weight.isEmpty();
    if (weighted) into.weighted(weight);
    return new NamedColumns(labelled ? targets : List.of(), from, weighted ? weight : "");
  }

  private static boolean isWeight(String column, String weight, Schema schema) {
    return column.equals(weight)
        || (column.equals(schema.weight()) && !schema.features().contains(column));
  }

  /** The label columns of a table that need not have any. */
  private static List<String> passedOver(List<String> all, List<String> labels, Schema schema) {
    return all.stream()
        .filter(name -> labels.contains(name) || schema.labels().contains(name))
        .filter(name -> !schema.features().contains(name))
        .toList();
  }
}
