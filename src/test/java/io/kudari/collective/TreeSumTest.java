package io.kudari.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TreeSumTest {

  private static final java.util.function.BinaryOperator<String> PAIR = (a, b) -> "(" + a + b + ")";

  @Test
  void theTreeIsTheSameForEveryNumberOfLeaves() {
    assertEquals("0", whole(1));
    assertEquals("(01)", whole(2));
    assertEquals("((01)2)", whole(3));
    assertEquals("(((01)(23))4)", whole(5));
    assertEquals("(((01)(23))((45)6))", whole(7));
  }

  @Property(tries = 500)
  void anyCutIntoRanksGivesTheSameTree(
      @ForAll @IntRange(min = 1, max = 40) int workers,
      @ForAll @IntRange(min = 1, max = 12) int ranks,
      @ForAll long seed) {
    RandomStream random = new RandomStream(seed, Purpose.TEST, 0, 0);
    int[] cuts =
        IntStream.range(0, ranks - 1).map(i -> random.below(workers + 1)).sorted().toArray();
    TreeSum<String> root = new TreeSum<>(workers, PAIR);
    for (int rank = 0; rank < ranks; rank++) {
      TreeSum<String> own = new TreeSum<>(workers, PAIR);
      int to = rank == ranks - 1 ? workers : cuts[rank];
      for (int v = rank == 0 ? 0 : cuts[rank - 1]; v < to; v++) own.add(v, Integer.toString(v, 36));
      own.nodes().forEach(root::add);
    }
    assertEquals(whole(workers), root.root());
  }

  @Test
  void aMissingWorkerIsAnErrorNotASmallerSum() {
    TreeSum<String> sum = new TreeSum<>(3, PAIR);
    sum.add(0, "0");
    sum.add(2, "2");
    assertThrows(IllegalStateException.class, sum::root);
    assertThrows(IllegalArgumentException.class, () -> sum.add(1, "1"));
    assertThrows(IllegalArgumentException.class, () -> sum.add(3, "3"));
  }

  private static String whole(int workers) {
    TreeSum<String> sum = new TreeSum<>(workers, PAIR);
    for (int v = 0; v < workers; v++) sum.add(v, Integer.toString(v, 36));
    return sum.root();
  }
}
