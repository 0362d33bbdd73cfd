package io.kudari.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelListTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 200_000})
  void asManyAsComeAreKeptInTheirOrderAndReplaced(int count) {
    LabelList labels = new LabelList();
    for (int i = 0; i < count; i++) labels.add(i % 7);
    assertArrayEquals(IntStream.range(0, count).map(i -> i % 7).toArray(), labels.toArray());
    labels.replace(new int[] {6, 5, 4, 3, 2, 1, 0});
    assertArrayEquals(IntStream.range(0, count).map(i -> 6 - i % 7).toArray(), labels.toArray());
  }
}
