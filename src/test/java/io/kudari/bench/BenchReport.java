package io.kudari.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The result of one case, for the reader and for the record.
 *
 * @param title of the case
 * @param found by contender
 */
record BenchReport(String title, Map<String, Series> found) {

  private static final List<String> ROWS =
      List.of(Contender.ALL_REDUCE, Contender.TWO_RANKS, Contender.EXECUTORS);

  private static final List<String> COLUMNS =
      List.of(
          Contender.CEILING,
          Contender.DDP,
          Contender.DL4J_1,
          Contender.DL4J_16,
          Contender.SPARK_ML,
          Contender.DRIVER,
          Contender.SERIAL);

  void print() {
    printRates();
    for (String row : ROWS) {
      for (String column : COLUMNS) {
        if (!found.containsKey(row) || !found.containsKey(column)) continue;
        List<Double> ratios = found.get(row).over(found.get(column));
        System.out.printf(
            "  %-22s / %-22s %8.2f  (%s)%n", row, column, Series.median(ratios), rounds(ratios));
      }
    }
    printSplits();
  }

  /** As {@link #print}, with every rate over that of the first. */
  void printScaling() {
    printRates();
    Series first = found.values().iterator().next();
    for (Series series : found.values()) {
      List<Double> ratios = series.over(first);
      System.out.printf(
          "  %-22s / %-22s %8.2f  (%s)%n",
          series.name, first.name, Series.median(ratios), rounds(ratios));
    }
    printSplits();
  }

  private void printRates() {
    System.out.printf("%n%s%n", title);
    System.out.printf("  %-22s %12s %12s %12s%n", "examples/s", "median", "lowest", "highest");
    for (Series series : found.values()) {
      List<Double> rates = series.rates();
      System.out.printf(
          "  %-22s %12.0f %12.0f %12.0f%n",
          series.name, Series.median(rates), Collections.min(rates), Collections.max(rates));
    }
  }

  private void printSplits() {
    boolean heading = false;
    for (Series series : found.values()) {
      Map<String, Double> split = series.split();
      if (split.isEmpty()) continue;
      if (!heading) {
        String parts =
            split.keySet().stream().map(p -> String.format("%9s", p)).collect(Collectors.joining());
        System.out.printf("  %-22s%s%12s%n", "ms a step", parts, "not compute");
        heading = true;
      }
      String parts =
          split.values().stream().map(v -> String.format("%9.3f", v)).collect(Collectors.joining());
      System.out.printf("  %-22s%s%11.1f%%%n", series.name, parts, 100 * notCompute(split));
    }
  }

  private static double notCompute(Map<String, Double> split) {
    return 1 - split.get("compute") / split.get("step");
  }

  private static String rounds(List<Double> values) {
    return values.stream().map(v -> String.format("%.2f", v)).collect(Collectors.joining(" "));
  }

  /** For JSON. */
  Map<String, Object> record() {
    List<Map<String, Object>> contenders = new ArrayList<>();
    for (Series series : found.values()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", series.name);
      one.put("examplesPerSecond", series.rates());
      one.put("median", Series.median(series.rates()));
      one.put("lastLosses", series.losses());
      one.put("millisecondsPerStep", series.split());
      contenders.add(one);
    }
    return Map.of("case", title, "contenders", contenders);
  }
}
