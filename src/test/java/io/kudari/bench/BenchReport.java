package io.kudari.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The result of a comparison, for the reader and for the record.
 *
 * @param title of the comparison
 * @param against what rates are divided by: the heading of a column, by contender
 * @param found by contender
 */
record BenchReport(String title, Map<String, String> against, Map<String, Series> found) {

  /** Prints one table: rates and their spread, ratios, and the parts of a step in milliseconds. */
  void print() {
    System.out.printf("%n%s%n", title);
    StringBuilder heading = new StringBuilder();
    heading.append(String.format("%-24s%10s%10s%10s", "examples/s", "median", "lowest", "highest"));
    for (Series other : others()) heading.append(String.format("%10s", against.get(other.name)));
    Set<String> parts = parts();
    for (String part : parts) heading.append(String.format("%9s", part));
    if (!parts.isEmpty()) heading.append(String.format("%12s", "not compute"));
    System.out.println(heading);
    for (Series series : found.values()) System.out.println(row(series, parts));
    if (!parts.isEmpty()) System.out.println("parts of a step: milliseconds of the global batch");
  }

  private String row(Series series, Set<String> parts) {
    StringBuilder row = new StringBuilder();
    List<Double> rates = series.rates();
    row.append(
        String.format(
            "%-24s%10.0f%10.0f%10.0f",
            series.name, Series.median(rates), Collections.min(rates), Collections.max(rates)));
    for (Series other : others()) {
      row.append(String.format("%10.2f", Series.median(series.over(other))));
    }
    Map<String, Double> split = series.split();
    if (split.isEmpty()) return row.toString();
    for (String part : parts) row.append(String.format("%9.3f", split.get(part)));
    return row.append(String.format("%11.1f%%", 100 * notCompute(split))).toString();
  }

  private List<Series> others() {
    return against.keySet().stream().filter(found::containsKey).map(found::get).toList();
  }

  private Set<String> parts() {
    return found.values().stream()
        .map(series -> series.split().keySet())
        .filter(parts -> !parts.isEmpty())
        .findFirst()
        .orElse(Set.of());
  }

  private static double notCompute(Map<String, Double> split) {
    return 1 - split.get("compute") / split.get("step");
  }

  /** For JSON. */
  Map<String, Object> record() {
    return Map.of("case", title, "contenders", found.values().stream().map(this::record).toList());
  }

  private Map<String, Object> record(Series series) {
    List<Double> rates = series.rates();
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("name", series.name);
    one.put("examplesPerSecond", rates);
    one.put("median", Series.median(rates));
    one.put("lowest", Collections.min(rates));
    one.put("highest", Collections.max(rates));
    Map<String, Object> ratios = new LinkedHashMap<>();
    for (Series other : others()) {
      List<Double> rounds = series.over(other);
      ratios.put(other.name, Map.of("rounds", rounds, "median", Series.median(rounds)));
    }
    one.put("over", ratios);
    one.put("lastLosses", new ArrayList<>(series.losses()));
    one.put("millisecondsPerStep", series.split());
    if (!series.split().isEmpty()) one.put("notCompute", notCompute(series.split()));
    return one;
  }
}
