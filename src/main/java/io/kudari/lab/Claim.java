package io.kudari.lab;

/**
 * Something that lecture notes say, which an experiment judges by a {@link Verdict}.
 *
 * @param note by its number, such as {@code 001}
 * @param from first line that says it, from 1
 * @param to last line, inclusive
 * @param says a paraphrase: one sentence
 */
public record Claim(String note, int from, int to, String says) {

  /** Checks the lines. */
  public Claim {
    if (from < 1 || to < from)
      throw new IllegalArgumentException("a claim's lines must rise, but are " + from + ".." + to);
  }

  /** Of a single line. */
  public Claim(String note, int line, String says) {
    this(note, line, line, says);
  }

  /** Note and lines, as {@code 001:20} or {@code 001:18–20}. */
  public String place() {
    return note + ":" + from + (to > from ? "–" + to : "");
  }

  /** The numbers bear it out. */
  public Verdict holds() {
    return new Verdict(this, Verdict.Ruling.HOLDS, "");
  }

  /**
   * The numbers bear it out under a condition.
   *
   * @param condition what must be so; follows "holds if"
   */
  public Verdict holdsIf(String condition) {
    return new Verdict(this, Verdict.Ruling.HOLDS_IF, condition);
  }

  /**
   * The numbers contradict it.
   *
   * @param instead what they say
   */
  public Verdict doesNotHold(String instead) {
    return new Verdict(this, Verdict.Ruling.DOES_NOT_HOLD, instead);
  }
}
