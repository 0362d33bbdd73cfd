package io.kudari.train.worker;

import io.kudari.collective.Collectives;
import io.kudari.exchange.TeamMember;
import io.kudari.math.Slice;
import io.kudari.model.ScoreCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Completes counts of scores that are spread over ranks. */
final class RankScores {

  private RankScores() {}

  /**
   * Adds what other ranks have counted. Only bins where something fell travel, one class after the
   * other, so that what is in memory at once is small however many ranks there are.
   *
   * @param own what this rank has counted; gets those of all
   * @return the same
   */
  static ScoreCounts gather(ScoreCounts own, Collectives collectives, TeamMember lead) {
    int rank = lead.team().rank();
    int ranks = lead.team().distribution().ranks();
    long[][] entries = own.entries();
    long[] lengths = new long[ranks * entries.length];
    for (int k = 0; k < entries.length; k++) lengths[rank * entries.length + k] = entries[k].length;
    List<Slice> each =
        IntStream.range(0, ranks)
            .mapToObj(r -> new Slice(r * entries.length, (r + 1) * entries.length))
            .toList();
    collectives.allGather(lead.nextOperation(), lengths, each);
    for (int k = 0; k < entries.length; k++) {
      List<Slice> slices = new ArrayList<>();
      int to = 0;
      for (int r = 0; r < ranks; r++) {
        int from = to;
        to += (int) lengths[r * entries.length + k];
        slices.add(new Slice(from, to));
      }
      long[] all = new long[to];
      System.arraycopy(entries[k], 0, all, slices.get(rank).from(), entries[k].length);
      collectives.allGather(lead.nextOperation(), all, slices);
      own.add(k, Arrays.copyOfRange(all, 0, slices.get(rank).from()));
      own.add(k, Arrays.copyOfRange(all, slices.get(rank).to(), to));
    }
    return own;
  }
}
