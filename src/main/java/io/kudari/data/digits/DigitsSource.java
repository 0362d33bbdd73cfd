package io.kudari.data.digits;

import io.kudari.data.ClassNames;
import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.Examples;
import io.kudari.data.RangedSource;
import io.kudari.data.Schema;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.model.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * The built-in data set: 28 × 28 grey images of handwritten-looking digits, made rather than read.
 * Example i is a pure function of (seed, i), the same bytes on every JVM, so a worker makes just
 * the ones it needs. Two seeds make two independent sets of the same distribution, such as one to
 * train on and one to test. Of every ten examples, counted from index 0, each digit is one.
 *
 * <p>Trained on 10,000 examples and tested on 5,000 of another seed, softmax regression gets about
 * 91% right, a 784-512-512-10 network after ten epochs (batch 128, rate 0.05, momentum 0.9) 97%.
 *
 * @param examples how many, at least 1
 * @param seed names the set
 */
public record DigitsSource(int examples, long seed) implements RangedSource {

  private static final int DIGITS = 10;

  /** Examples that are made together. */
  private static final int SPLIT = 1 << 12;

  private static final String NAME = "digits";
  private static final Shape SHAPE = new Shape(1, DigitPainter.SIDE, DigitPainter.SIDE);
  private static final Schema SCHEMA =
      new Schema(
          SHAPE,
          DIGITS,
          0,
          List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
          List.of(),
          List.of());

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void read(Configuration hadoop, long from, long to, ExampleSink into) {
    check();
    into.begin(SHAPE, true, DIGITS, 0);
    ClassNames classes = into.numbering(into.schema().isKnown() ? List.of() : SCHEMA.classNames());
    int[] numbers = numbers(classes);
    byte[] pixels = new byte[SHAPE.size()];
    DigitPainter painter = new DigitPainter();
    for (int index = (int) from; index < Math.min(to, examples) && !into.finished(); index++) {
      if (!into.wantsNext()) {
        into.skip();
        continue;
      }
      int digit = label(index);
      painter.paint(digit, new RandomStream(seed, Purpose.GENERATOR, index, 0), pixels, 0);
      into.add(pixels, numbers[digit]);
    }
    into.end(classes);
  }

  @Override
  public List<ExampleSource> splits(Configuration hadoop) {
    check();
    return ranges(examples, SPLIT);
  }

  @Override
  public Optional<Generated> generated() {
    return Optional.of(new Generated(examples, SCHEMA));
  }

  /**
   * Makes examples of this process's own, whose classes are their digits.
   *
   * @param from index of the first
   * @param to index after the last, at most {@link #examples}
   * @throws DataException when there is no memory for them
   */
  public Examples make(int from, int to) {
    check();
    int[] wanted = IntStream.range(from, to).toArray();
    return load(new Configuration(false), SCHEMA, wanted);
  }

  @Override
  public Examples load(Configuration hadoop, Schema schema, int[] wanted) {
    try {
      return RangedSource.super.load(hadoop, schema, wanted);
    } catch (IOException e) {
      throw new AssertionError("nothing is read", e);
    }
  }

  /** The class of each digit: the classes of the digits are named by them. */
  private static int[] numbers(ClassNames classes) {
    int[] numbers = new int[DIGITS];
    for (int digit = 0; digit < DIGITS; digit++) {
      try {
        numbers[digit] = classes.number(String.valueOf(digit));
      } catch (IllegalArgumentException e) {
        throw new DataException(NAME + ": found '" + digit + "', " + e.getMessage(), e);
      }
    }
    return numbers;
  }

  private void check() {
    if (examples < 1) {
      throw new DataException("digits: examples must be at least 1, not " + examples);
    }
  }

  private int label(int index) {
    RandomStream ten = new RandomStream(seed, Purpose.GENERATOR, index / DIGITS, 1);
    return ten.permutation(DIGITS)[index % DIGITS];
  }
}
