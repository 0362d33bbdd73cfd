package io.kudari.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.kudari.math.Floats;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class SumReaderTest {

  private static final int LENGTH = 37;

  @Property(tries = 200)
  void readsTheBitsOfTheTreeSumAndLeavesTheVectorsAlone(
      @ForAll @IntRange(min = 1, max = 17) int workers, @ForAll long seed) {
    Random random = new Random(seed);
    TreeSum<float[]> expected = new TreeSum<>(workers, SumReaderTest::add);
    List<TreeSum.Node<float[]>> nodes = new ArrayList<>();
    for (int v = 0; v < workers; ) {
      int end = v + 1 + random.nextInt(workers - v);
      TreeSum<float[]> holder = new TreeSum<>(workers, SumReaderTest::add);
      for (; v < end; v++) holder.add(v, vector(random));
      nodes.addAll(holder.nodes());
    }
    nodes.forEach(n -> expected.add(new TreeSum.Node<>(n.level(), n.index(), n.value().clone())));
    List<float[]> before = nodes.stream().map(n -> n.value().clone()).toList();

    SumReader reader = new SumReader(workers, nodes, LENGTH);
    reader.of(nodes.stream().map(TreeSum.Node::value).toList());
    float[] sum = new float[LENGTH];
    int cut = random.nextInt(LENGTH + 1);
    float[] piece = new float[LENGTH];
    reader.read(0, cut, piece);
    System.arraycopy(piece, 0, sum, 0, cut);
    reader.read(cut, LENGTH, piece);
    System.arraycopy(piece, 0, sum, cut, LENGTH - cut);

    assertArrayEquals(expected.root(), sum, 0f);
    for (int i = 0; i < nodes.size(); i++) assertArrayEquals(before.get(i), nodes.get(i).value());
  }

  private static float[] add(float[] left, float[] right) {
    float[] sum = left.clone();
    Floats.add(sum, right, 0, sum.length);
    return sum;
  }

  private static float[] vector(Random random) {
    float[] vector = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) vector[i] = (random.nextFloat() - 0.5f) * 1e3f;
    return vector;
  }
}
