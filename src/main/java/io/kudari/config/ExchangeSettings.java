package io.kudari.config;

import io.kudari.exchange.Exchanges;
import io.kudari.exchange.GradientExchange;
import io.kudari.setting.Setting;
import io.kudari.setting.SettingException;
import io.kudari.train.TrainingPlan;
import io.kudari.train.meter.Meters;

/** The {@code train.exchange} section, or the bare name of an exchange. */
final class ExchangeSettings {

  static final Setting<Object> EXCHANGE =
      Setting.part("exchange", "name or section", "how gradients become one update, see below")
          .unset(Exchanges.USUAL.name());
  static final Setting<String> NAME =
      Setting.name(
          "name",
          Exchanges.USUAL.name(),
          Exchanges.ALL.stream().map(Exchanges.Kind::name).toList(),
          "of the exchange");

  private ExchangeSettings() {}

  /** The plan by the exchange that the section says. */
  static TrainingPlan read(Settings train, StrategySettings strategy, TrainingPlan plan) {
    Settings section = train.named(EXCHANGE);
    String name = section.get(NAME);
    GradientExchange exchange = parsed(section);
    exchange.settings().forEach(section::resolvedAs);
    if (!exchange.isExact() && strategy.strategy() != StrategySettings.Strategy.ALL_REDUCE) {
      throw train.wrong(
          EXCHANGE,
          "= " + name + " needs train.strategy = all-reduce, not " + strategy.strategy().id());
    }
    try {
      TrainingPlan by = plan.by(exchange);
      boolean usual = exchange.isLossy() && !train.has(PlanSettings.METERS.key());
      return usual ? by.with(Meters.OF_LOSSY) : by;
    } catch (IllegalArgumentException e) {
      throw train.wrong(EXCHANGE, ": " + e.getMessage());
    }
  }

  private static GradientExchange parsed(Settings section) {
    try {
      return Exchanges.parse(section.raw());
    } catch (SettingException e) {
      throw section.wrong(e.key(), ": " + e.getMessage());
    }
  }
}
