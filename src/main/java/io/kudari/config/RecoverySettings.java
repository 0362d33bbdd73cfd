package io.kudari.config;

/**
 * What becomes of a run that loses a rank: the {@code train.recovery} section.
 *
 * @param retries how many attempts in a row may be lost without a new complete snapshot in between
 * @param minRanks the fewest ranks to go on with, at least 1
 */
public record RecoverySettings(int retries, int minRanks) {

  static RecoverySettings read(Settings train, int workers, int ranks) {
    Settings section = train.section("recovery");
    int retries = section.integer("retries", 3, 0, 1 << 20);
    int minRanks = section.integer("min-ranks", 1, 1, 1 << 16);
    int most = ranks > 0 ? ranks : workers;
    if (minRanks > most) {
      throw section.wrong(
          "min-ranks",
          "must be at most " + (ranks > 0 ? "train.ranks = " : "train.workers = ") + most);
    }
    section.done();
    return new RecoverySettings(retries, minRanks);
  }
}
