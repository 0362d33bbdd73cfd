package io.kudari.data.format;

import io.kudari.data.ExampleSink;
import io.kudari.data.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The columns of a table that are used, by their names.
 *
 * @param labels to predict, in the training set's order; none where labels are not needed
 * @param features to predict from, in the training set's order
 * @param weight of the examples, or empty where it is not read
 */
record NamedColumns(List<String> labels, List<String> features, String weight) {

  /**
   * Finds them in a table, and tells the sink.
   *
   * @param table its name, for messages
   * @param all its columns
   * @param spec what its settings say of them
   * @param vector whether a column, by its name, has all features of a row: vectors or pixels
   * @throws io.kudari.data.DataException when they are not those of the sink's schema
   */
  static NamedColumns find(
      String table, List<String> all, TableSpec spec, Predicate<String> vector, ExampleSink into) {
    Schema schema = into.schema();
    ColumnMatch match = new ColumnMatch(table, schema, into::note);
    boolean labelled = into.needsLabels();
    List<String> targets =
        labelled ? match.labels(all, spec.labels(), false) : passedOver(all, spec, schema);
    int[] apart =
        IntStream.range(0, all.size())
            .filter(i -> isApart(all.get(i), targets, spec, schema))
            .toArray();
    int[] chosen =
        spec.choice().features(new ColumnChoice.Table(table, true, all), apart, !schema.isKnown());
    List<String> own = IntStream.of(chosen).mapToObj(all::get).toList();
    boolean ofVectors = own.size() == 1 && vector.test(own.get(0));
    List<String> from = match.features(own, !spec.choice().features().isEmpty(), ofVectors);
    into.columns(from, targets);
    boolean weighted = labelled && !spec.weight().isEmpty();
    if (weighted) into.weighted(spec.weight());
    return new NamedColumns(labelled ? targets : List.of(), from, weighted ? spec.weight() : "");
  }

  /** All of them. */
  List<String> used() {
    List<String> used = new ArrayList<>(labels);
    used.addAll(features);
    if (!weight.isEmpty()) used.add(weight);
    return used;
  }

  private static boolean isApart(
      String column, List<String> targets, TableSpec spec, Schema schema) {
    return targets.contains(column)
        || column.equals(spec.flag())
        || isWeight(column, spec.weight(), schema);
  }

  private static boolean isWeight(String column, String weight, Schema schema) {
    return column.equals(weight)
        || (column.equals(schema.weight()) && !schema.features().contains(column));
  }

  /** The label columns of a table that need not have any. */
  private static List<String> passedOver(List<String> all, TableSpec spec, Schema schema) {
    return all.stream()
        .filter(name -> spec.labels().contains(name) || schema.labels().contains(name))
        .filter(name -> !schema.features().contains(name))
        .toList();
  }
}
