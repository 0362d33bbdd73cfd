package io.kudari.lab;

/**
 * What an experiment's numbers say of a {@link Claim}; made by {@link Claim#holds}, {@link
 * Claim#holdsIf} and {@link Claim#doesNotHold}.
 *
 * @param remark the condition, or what is so instead; empty when the claim just holds
 */
public record Verdict(Claim claim, Ruling ruling, String remark) {

  /** The three verdicts there are. */
  public enum Ruling {
    HOLDS("holds"),
    HOLDS_IF("holds if"),
    DOES_NOT_HOLD("does not hold");

    final String shown;

    Ruling(String shown) {
      this.shown = shown;
    }
  }

  /** As the page says it. */
  String shown() {
    return switch (ruling) {
      case HOLDS -> ruling.shown;
      case HOLDS_IF -> ruling.shown + " " + remark;
      case DOES_NOT_HOLD -> ruling.shown + ": " + remark;
    };
  }
}
