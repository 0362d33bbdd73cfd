package io.kudari.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a contender did in all rounds of a case. Processes of one round add up. */
final class Series {

  final String name;
  private final List<List<Rate>> rounds = new ArrayList<>();

  Series(String name) {
    this.name = name;
  }

  void add(List<Rate> round) {
    rounds.add(round);
  }

  /** Examples a second of each round. */
  List<Double> rates() {
    return rounds.stream().map(r -> r.stream().mapToDouble(Rate::perSecond).sum()).toList();
  }

  /** The rate divided by that of another contender, round by round. */
  List<Double> over(Series other) {
    List<Double> ratios = new ArrayList<>();
    for (int r = 0; r < rounds.size(); r++) ratios.add(rates().get(r) / other.rates().get(r));
    return ratios;
  }

  /** Milliseconds a step by part, the median over the rounds of the first process. */
  Map<String, Double> split() {
    Map<String, Double> medians = new LinkedHashMap<>();
    for (String part : rounds.get(0).get(0).split().keySet()) {
      medians.put(part, median(rounds.stream().map(r -> r.get(0).split().get(part)).toList()));
    }
    return medians;
  }

  /** The last training losses, to see that it trains; empty where they are not known. */
  Set<Double> losses() {
    Set<Double> losses = new TreeSet<>();
    for (List<Rate> round : rounds) {
      for (Rate rate : round) {
        if (rate.loss() != null && Double.isFinite(rate.loss())) losses.add(rate.loss());
      }
    }
    return losses;
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
