package io.kudari.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class DrawingTest {

  @Property(tries = 300)
  void aRoundAxisHoldsItsValuesAndAFewTicksInOrder(
      @ForAll @DoubleRange(min = -1e30, max = 1e30) double a,
      @ForAll @DoubleRange(min = -1e30, max = 1e30) double b) {
    check(Axis.round(Math.min(a, b), Math.max(a, b), 200, 10), Math.min(a, b), Math.max(a, b));
  }

  @Property(tries = 300)
  void aLogarithmicAxisHoldsItsValuesAndAFewTicksInOrder(
      @ForAll @IntRange(min = -250, max = 250) int power,
      @ForAll @DoubleRange(min = 1, max = 10) double first,
      @ForAll @DoubleRange(min = 101, max = 1e40) double ratio) {
    double min = first * Math.pow(10, power);
    check(Axis.logarithmic(min, min * ratio, 200, 10), min, min * ratio);
  }

  private static void check(Axis axis, double min, double max) {
    double slack = 1e-9 * (max - min);
    assertTrue(axis.low() <= min + slack && axis.high() >= max - slack, axis::toString);
    List<Double> ticks = axis.ticks();
    assertTrue(ticks.size() >= 2 && ticks.size() <= 10, ticks::toString);
    for (int i = 1; i < ticks.size(); i++) assertTrue(ticks.get(i - 1) < ticks.get(i));
    for (double tick : ticks) assertTrue(axis.at(tick) >= 10 && axis.at(tick) <= 200);
    assertTrue(axis.at(min) >= axis.at(max));
  }

  @Test
  void ticksAreRoundNumbers() {
    assertEquals(List.of(0.0, 2000.0, 4000.0, 6000.0, 8000.0), Axis.tight(0, 9000, 0, 1).ticks());
    assertEquals(List.of(0.01, 0.1, 1.0, 10.0), Axis.logarithmic(0.008, 12, 0, 1).ticks());
    assertEquals(new Axis(0.005, 20, true, 0, 1), Axis.logarithmic(0.008, 12, 0, 1));
  }

  @Test
  void aSingleValueStillHasAnAxis() {
    assertEquals(0.5, Axis.round(0, 0, 0, 1).at(0));
    assertEquals(0.5, Axis.round(5, 5, 0, 1).at(5), 1e-9);
  }

  @Property(tries = 200)
  void thinningKeepsTheMeanAndTheLimit(
      @ForAll @IntRange(min = 1, max = 50) int most, @ForAll @IntRange(max = 20) int times) {
    double[] y = IntStream.range(0, most * times).mapToDouble(i -> i * i % 17).toArray();
    Line line = new Line("", "", y, y).thinned(most);
    assertTrue(line.y().length <= most);
    double mean = Arrays.stream(y).average().orElse(0);
    assertEquals(mean, Arrays.stream(line.y()).average().orElse(0), 1e-9);
  }

  @Test
  void smoothingLeavesAStraightLineAndItsGaps() {
    double[] x = IntStream.range(0, 1001).mapToDouble(i -> i).toArray();
    double[] y = x.clone();
    y[500] = Double.NaN;
    Line all = new Line("", "", x, y).smoothed("", "", 9, 2000);
    assertArrayEquals(Arrays.copyOf(x, 490), Arrays.copyOf(all.y(), 490), 1e-9);
    assertTrue(Double.isNaN(all.y()[500]) && !Double.isNaN(all.y()[501]));
    Line some = new Line("", "", x, x).smoothed("", "", 9, 101);
    assertEquals(101, some.x().length);
    assertEquals(0, some.y()[0]);
    assertEquals(1000, some.x()[100]);
  }

  @Property(tries = 300)
  void anyTextComesBackFromThePage(@ForAll String text) throws Exception {
    String page = new Markup().element("p", text, "title", text).toString();
    var found =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(page)))
            .getDocumentElement();
    assertEquals(readable(text), found.getTextContent());
    assertEquals(readable(text).replaceAll("[\t\n]", " "), found.getAttribute("title"));
  }

  /** What XML cannot hold, written as the character for the unreadable. */
  private static String readable(String text) {
    StringBuilder readable = new StringBuilder();
    text.codePoints()
        .map(
            c ->
                (c < 0x20 && c != '\t' && c != '\n')
                        || (c >= 0xD800 && c < 0xE000)
                        || c == 0xFFFE
                        || c == 0xFFFF
                    ? 0xFFFD
                    : c)
        .forEach(readable::appendCodePoint);
    return readable.toString();
  }

  @Test
  void anElementThatWasNotClosedIsAnError() {
    assertThrows(IllegalStateException.class, () -> new Markup().open("p").toString());
  }

  @Test
  void numbersAreShortAndWithoutALocale() {
    assertEquals("1,234,568", Numbers.significant(1234567.8, 4));
    assertEquals("0.01235", Numbers.significant(0.012345678, 4));
    assertEquals("1.235e-7", Numbers.significant(1.2345678e-7, 4));
    assertEquals("–", Numbers.significant(Double.NaN, 4));
    assertEquals("0.3", Numbers.tick(3 * 0.1));
    assertEquals("2e6", Numbers.tick(2e6));
    assertEquals("0", Numbers.tick(0));
    assertEquals("2,560,000", Numbers.exact(2560000));
    assertEquals("99.95 %", Numbers.percent(0.9995));
    assertEquals("840 ms", Numbers.duration(0.84));
    assertEquals("3 min 05 s", Numbers.duration(185.2));
    assertEquals("2 h 02 min", Numbers.duration(7321));
  }
}
