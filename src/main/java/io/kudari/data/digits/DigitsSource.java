package io.kudari.data.digits;

import io.kudari.data.ClassNames;
import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Examples;
import io.kudari.data.Heap;
import io.kudari.data.Rounding;
import io.kudari.data.Schema;
import io.kudari.data.Survey;
import io.kudari.math.Fingerprint;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.model.Shape;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
public record DigitsSource(int examples, long seed) implements ExampleSource {

  /** Part of the fingerprint: changes whenever the images do. */
  private static final int VERSION = 1;

  private static final int DIGITS = 10;
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
  public Description describe(Configuration hadoop, Schema schema) {
    check();
    numbers(schema);
    return new Description(
        examples, schema.isKnown() ? schema : SCHEMA, true, fingerprint(), List.of());
  }

  @Override
  public Survey survey(Configuration hadoop) {
    Heap.check(NAME, "the labels of " + examples + " images", (long) examples * Integer.BYTES);
    int[] labels = IntStream.range(0, examples).map(this::label).toArray();
    return new Survey(describe(hadoop, Schema.UNKNOWN), labels, Rounding.EXACT);
  }

  @Override
  public boolean isGenerated() {
    return true;
  }

  @Override
  public Examples load(Configuration hadoop, Schema schema, int[] wanted) {
    return make(numbers(schema), wanted);
  }

  /**
   * Makes examples of this process's own, whose classes are their digits.
   *
   * @param from index of the first
   * @param to index after the last, at most {@link #examples}
   * @throws DataException when there is no memory for them
   */
  public Examples make(int from, int to) {
    return make(numbers(Schema.UNKNOWN), IntStream.range(from, to).toArray());
  }

  /**
   * Paints.
   *
   * @param numbers class of each digit
   */
  private Examples make(int[] numbers, int[] wanted) {
    check();
    if ((long) wanted.length * SHAPE.size() > Integer.MAX_VALUE) {
      throw new DataException(
          "digits: at most "
              + Integer.MAX_VALUE / SHAPE.size()
              + " images can be made at once, not "
              + wanted.length);
    }
    Heap.check(NAME, wanted.length + " images", (long) wanted.length * SHAPE.size());
    byte[] pixels = new byte[wanted.length * SHAPE.size()];
    int[] labels = new int[wanted.length];
    DigitPainter painter = new DigitPainter();
    for (int i = 0; i < wanted.length; i++) {
      int index = wanted[i];
      if (index < 0 || index >= examples) {
        throw new IllegalArgumentException("no example " + index + " of " + examples);
      }
      int digit = label(index);
      labels[i] = numbers[digit];
      RandomStream random = new RandomStream(seed, Purpose.GENERATOR, index, 0);
      painter.paint(digit, random, pixels, i * SHAPE.size());
    }
    return new Examples(SHAPE, pixels, null, labels, null, wanted.length);
  }

  /** The class of each digit in a schema: the classes of the digits are named by them. */
  private static int[] numbers(Schema schema) {
    schema.check(NAME, SHAPE, 0);
    ClassNames classes = (schema.isKnown() ? schema : SCHEMA).numbering(NAME, List.of());
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

  private String fingerprint() {
    String settings = "digits " + VERSION + " " + examples + " " + seed;
    return Fingerprint.sha256(settings.getBytes(StandardCharsets.US_ASCII));
  }
}
