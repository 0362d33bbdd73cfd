package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.model.Shape;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LoaderTest {

  /** Gives all examples of a source to a sink. */
  private interface Reading {
    void into(ExampleSink sink) throws IOException;
  }

  private static Examples load(int[] wanted, Reading reading) throws IOException {
    Loader loader = new Loader("set", Schema.UNKNOWN, wanted, Offsets.NONE);
    reading.into(loader);
    return loader.examples();
  }

  /** Example i has features (i, i + 0.5), label i mod 3. */
  private static Reading examples(int count) {
    return into -> {
      into.begin(Shape.flat(2), false, 0, 0);
      for (int i = 0; i < count && !into.finished(); i++)
        into.add(new double[] {i, i + 0.5}, i % 3);
    };
  }

  @Property(tries = 200)
  void exactlyTheWantedExamplesAreKept(@ForAll Set<@IntRange(max = 60) Integer> wanted)
      throws IOException {
    int[] indices = new TreeSet<>(wanted).stream().mapToInt(i -> i).toArray();
    Examples kept = load(indices, examples(61));
    assertEquals(indices.length, kept.count());
    for (int i = 0; i < indices.length; i++) {
      assertEquals(indices[i], kept.floats()[2 * i]);
      assertEquals(indices[i] + 0.5f, kept.floats()[2 * i + 1]);
      assertEquals(indices[i] % 3, kept.labels()[i]);
    }
  }

  @Test
  void moreExamplesThanAnIndexCanCountAreRefused() {
    Reading endless =
        into -> {
          into.begin(Shape.flat(1), true, 2, 0);
          while (true) into.skip();
        };
    var e = assertThrows(DataException.class, () -> load(new int[] {Integer.MAX_VALUE}, endless));
    assertEquals("set: holds more than 2147483647 examples", e.getMessage());
  }

  @Test
  void moreThanOneArrayCanKeepIsRefusedBeforeItIsTaken() {
    int[] three = {0, 1, 2};
    var bytes =
        assertThrows(
            DataException.class, () -> load(three, c -> c.begin(Shape.flat(1 << 30), true, 2, 0)));
    assertEquals(
        "set: 3 examples of 1073741824 values are 3221225472 bytes, at most 2147483647 can be"
            + " loaded at once",
        bytes.getMessage());
    assertThrows(
        DataException.class, () -> load(three, c -> c.begin(Shape.flat(1 << 28), false, 2, 0)));
  }

  @Test
  void classesFoundWhileReadingGetTheirFinalNumbers() throws IOException {
    ClassNames names = new ClassNames(java.util.List.of());
    Reading reading =
        into -> {
          into.begin(Shape.flat(1), false, 0, 0);
          for (String name : "12 3 -4 3".split(" ")) {
            into.add(new double[1], names.number(name));
          }
          into.end(names);
        };
    assertArrayEquals(new int[] {2, 1, 0, 1}, load(new int[] {0, 1, 2, 3}, reading).labels());
  }

  @Test
  void labelsOfTooManyKindsAreNotClasses() {
    ClassNames names = new ClassNames(java.util.List.of());
    for (int i = 0; i < ClassNames.MOST; i++) assertEquals(i, names.number("n" + i));
    var e = assertThrows(IllegalArgumentException.class, () -> names.number("one more"));
    assertEquals(
        "a classification has at most 65536 classes; is this a regression? Then task = regression"
            + " (of Spark ML: KudariRegressor)",
        e.getMessage());
  }
}
