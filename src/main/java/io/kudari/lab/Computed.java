package io.kudari.lab;

/** An experiment of arithmetic alone: it has no trials, and so no settings to change. */
public interface Computed extends Experiment {

  /** Measures. What it finds depends on the scope alone. */
  Findings measure(Scope scope);

  @Override
  default Findings measure(Scope scope, Bench bench) {
    return measure(scope);
  }
}
