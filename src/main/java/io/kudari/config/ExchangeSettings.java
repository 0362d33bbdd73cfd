package io.kudari.config;

import io.kudari.exchange.Exchanges;
import io.kudari.exchange.GradientExchange;
import io.kudari.setting.Setting;
import io.kudari.train.TrainingPlan;

/** The {@code train.exchange} section, or the bare name of an exchange. */
final class ExchangeSettings {

  static final Setting<Object> EXCHANGE =
      Setting.part("exchange", "name or section", "how gradients become one update, see below")
          .unset(Exchanges.USUAL.name());
  static final Setting<String> NAME =
      Setting.name(
          "name",
          Exchanges.USUAL.name(),
          Exchanges.ALL.stream().map(GradientExchange::name).toList(),
          "of the exchange");

  private ExchangeSettings() {}

  /** The plan by the exchange that the section says. */
  static TrainingPlan read(Settings train, StrategySettings strategy, TrainingPlan plan) {
    Settings section = train.named(EXCHANGE);
    String name = section.get(NAME);
    section.done();
    GradientExchange exchange = named(name);
    exchange.settings().forEach(section::resolvedAs);
    if (!exchange.isExact() && strategy.strategy() != StrategySettings.Strategy.ALL_REDUCE) {
      throw train.wrong(
          EXCHANGE,
          "= " + name + " needs train.strategy = all-reduce, not " + strategy.strategy().id());
    }
    try {
      return plan.by(exchange);
    } catch (IllegalArgumentException e) {
      throw train.wrong(EXCHANGE, ": " + e.getMessage());
    }
  }

  private static GradientExchange named(String name) {
    return Exchanges.ALL.stream().filter(e -> e.name().equals(name)).findFirst().orElseThrow();
  }
}
