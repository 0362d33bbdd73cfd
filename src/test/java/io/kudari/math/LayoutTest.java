package io.kudari.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LayoutTest {

  @Test
  void aGapBetweenSegmentsIsRefused() {
    Segment first = new Segment("a", 0, List.of(2), Role.WEIGHT);
    Segment second = new Segment("b", 3, List.of(2), Role.WEIGHT);
    var e = assertThrows(IllegalArgumentException.class, () -> new Layout(List.of(first, second)));
    assertEquals("segment b starts at 3, expected 2", e.getMessage());
  }

  @Property(tries = 200)
  void shardsCoverTheVectorOnceInWholeBlocks(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 20_000) Integer> sizes,
      @ForAll @IntRange(min = 1, max = 9) int ranks) {
    java.util.ArrayList<Segment> segments = new java.util.ArrayList<>();
    int at = 0;
    for (int i = 0; i < sizes.size(); i++) {
      segments.add(new Segment("s" + i, at, List.of(sizes.get(i)), Role.WEIGHT));
      at += sizes.get(i);
    }
    Layout layout = new Layout(segments);
    List<Integer> starts = layout.blocks().stream().map(Slice::from).toList();
    int next = 0;
    for (int rank = 0; rank < ranks; rank++) {
      Slice shard = layout.shard(rank, ranks);
      assertEquals(next, shard.from());
      assertTrue(shard.to() == layout.size() || starts.contains(shard.to()));
      next = shard.to();
    }
    assertEquals(layout.size(), next);
  }
}
