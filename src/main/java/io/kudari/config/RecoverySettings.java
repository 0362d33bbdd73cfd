package io.kudari.config;

import io.kudari.setting.OnResume;
import io.kudari.setting.Setting;

/**
 * What becomes of a run that loses a rank: the {@code train.recovery} section.
 *
 * @param retries how many attempts in a row may be lost without a new complete snapshot in between
 * @param minRanks the fewest ranks to go on with, at least 1
 */
public record RecoverySettings(int retries, int minRanks) {

  static final Setting<Object> RECOVERY =
      Setting.section("recovery", "what becomes of a run that loses a rank, see below")
          .unset("its defaults")
          .onResume(OnResume.FREE);
  static final Setting<Integer> RETRIES =
      Setting.whole(
          "retries",
          3,
          0,
          1 << 20,
          "how many attempts in a row may be lost; a complete snapshot of a later step starts the"
              + " count anew. Before the n-th of them the run waits 2ⁿ⁻¹ seconds, at most 16");
  static final Setting<Integer> MIN_RANKS =
      Setting.whole(
          "min-ranks",
          1,
          1,
          1 << 16,
          "the fewest ranks to go on with; while there is room for fewer, the run waits for up to a"
              + " minute, then ends");

  static RecoverySettings read(Settings train, int workers, int ranks) {
    Settings section = train.section(RECOVERY);
    int retries = section.get(RETRIES);
    int minRanks = section.get(MIN_RANKS);
    int most = ranks > 0 ? ranks : workers;
    if (minRanks > most) {
      throw section.wrong(
          MIN_RANKS,
          "must be at most " + (ranks > 0 ? "train.ranks = " : "train.workers = ") + most);
    }
    section.done();
    return new RecoverySettings(retries, minRanks);
  }
}
