package io.kudari.data.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who owns which example, against sorting all of them. */
class DivisionTest {

  private record One(int label, long key) {}

  /**
   * Examples whose keys often share a bucket, or are equal.
   *
   * @param labels by example
   */
  private static List<One> examples(int[] labels, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] narrow = {random.nextLong(), random.nextLong()};
    List<One> all = new ArrayList<>();
    for (int label : labels) {
      long key = random.nextLong();
      if (random.nextInt(3) == 0) key = narrow[random.nextInt(2)] & -8L | random.nextInt(8);
      all.add(new One(label, key));
    }
    all.sort((a, b) -> Long.compareUnsigned(a.key, b.key));
    return all;
  }

  private static int[] labels(int examples, int classes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, examples)
        .map(i -> i < classes ? i : (int) Math.sqrt(random.nextInt(classes * classes)))
        .toArray();
  }

  private static KeyCounts counts(List<One> examples) {
    KeyCounts counts = new KeyCounts();
    for (One one : examples) counts.add(one.label, one.key);
    return counts;
  }

  /**
   * The places that whoever hosts [first, last) finds, by example; null where it is not its own.
   */
  private static Division.Place[] places(List<One> sorted, Division division, int first, int last) {
    Division.Part part = division.part(first, last);
    Division.Places places = part.places();
    Division.Place[] found = new Division.Place[sorted.size()];
    int here = 0;
    for (int i = 0; i < found.length; i++) {
      One one = sorted.get(i);
      if (!part.needs(one.label, one.key)) continue;
      here++;
      found[i] = places.next(one.label, one.key);
    }
    assertEquals(here, part.needed());
    return found;
  }

  /** What sorting all examples says. */
  private static Division.Place[] expected(List<One> sorted, Division.Rules rules, long[] held) {
    boolean byClass = rules.stratified() || rules.byClass();
    List<Integer> out = new ArrayList<>();
    List<Integer> rest = new ArrayList<>();
    long[] left = held.clone();
    for (int i = 0; i < sorted.size(); i++)
      (left[byClass ? sorted.get(i).label : 0]-- > 0 ? out : rest).add(i);
    if (rules.byClass()) rest.sort(Comparator.comparingInt(i -> sorted.get(i).label));
    Division.Place[] places = new Division.Place[sorted.size()];
    cut(out, true, rules.workers(), places);
    cut(rest, false, rules.workers(), places);
    return places;
  }

  private static void cut(List<Integer> all, boolean held, int workers, Division.Place[] places) {
    int at = 0;
    for (int v = 0; v < workers; v++) {
      int own = (all.size() - v + workers - 1) / workers;
      for (int row = 0; row < own; row++) places[all.get(at++)] = new Division.Place(held, v, row);
    }
    assertEquals(all.size(), at);
  }

  @Property(tries = 400)
  void everyRangeOfWorkersFindsWhatSortingAllExamplesSays(
      @ForAll @IntRange(min = 1, max = 300) int examples,
      @ForAll @IntRange(min = 1, max = 12) int workers,
      @ForAll @IntRange(min = 1, max = 5) int classes,
      @ForAll @DoubleRange(max = 0.9) double fraction,
      @ForAll boolean stratified,
      @ForAll boolean byClass,
      @ForAll long seed) {
    List<One> sorted = examples(labels(examples, Math.min(classes, examples), seed), seed);
    Division.Rules rules = new Division.Rules(fraction, stratified, byClass, workers);
    Division division = new Division(counts(sorted), rules);
    long[] held =
        division.goesByClass()
            ? IntStream.range(0, counts(sorted).groups()).mapToLong(division::held).toArray()
            : new long[] {division.held()};
    assertEquals(Arrays.stream(held).sum(), division.held());
    assertEquals(examples, division.held() + division.training());
    Division.Place[] all = expected(sorted, rules, held);
    int first = (int) Math.floorMod(seed, (long) workers);
    int last = first + 1 + (int) Math.floorMod(seed >> 8, (long) (workers - first));
    Division.Place[] found = places(sorted, division, first, last);
    for (int i = 0; i < all.length; i++) {
      boolean own = all[i].worker() >= first && all[i].worker() < last;
      if (own) assertEquals(all[i], found[i], "example " + i);
      else assertNull(found[i], "example " + i);
    }
    for (int v = 0; v < workers; v++) {
      int worker = v;
      for (boolean out : new boolean[] {false, true})
        assertEquals(
            Arrays.stream(all).filter(p -> p.worker() == worker && p.held() == out).count(),
            division.examples(out, v));
    }
  }

  private static Division divide(int examples, double fraction, boolean stratified, int classes) {
    int[] labels = IntStream.range(0, examples).map(i -> i % classes).toArray();
    return new Division(
        counts(examples(labels, 1)), new Division.Rules(fraction, stratified, false, 1));
  }

  @Test
  void aFractionOfNothingHoldsOutNothingAndASmallOneAtLeastOne() {
    assertEquals(0, divide(100, 0, false, 1).held());
    assertEquals(20, divide(100, 0.2, false, 1).held());
    assertEquals(1, divide(100, 0.001, false, 1).held());
    assertEquals(0, divide(1, 0.9, false, 1).held());
  }

  @Test
  void aStratifiedDivisionHoldsOutAsManyAsTheOtherWhereEveryClassHasEnough() {
    assertEquals(100, divide(1000, 0.1, true, 7).held());
    assertEquals(0, divide(1000, 0, true, 7).held());
    assertEquals(1, divide(1000, 1e-9, true, 7).held());
    assertEquals(0, divide(3, 0.5, true, 3).held());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyClassGivesItsShareAndKeepsOneForTraining(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int classes = 1 + random.nextInt(9);
    double fraction = random.nextDouble();
    int[] labels = labels(classes + random.nextInt(400), classes, seed);
    KeyCounts counts = counts(examples(labels, seed));
    Division division = new Division(counts, new Division.Rules(fraction, true, false, 2));
    for (int c = 0; c < classes; c++) {
      long all = counts.total(c);
      long held = division.held(c);
      String what = "seed " + seed + ", " + held + " of " + all + ", share " + fraction;
      assertTrue(held < all && Math.abs(held - all * fraction) <= 1, what);
    }
    assertTrue(Math.abs(division.held() - Math.round(labels.length * fraction)) <= classes);
  }

  @Test
  void countsOfPartsAddUpInAnyOrderHoweverManyClassesEachHas() {
    List<One> all = examples(labels(4000, 700, 3), 3);
    KeyCounts whole = counts(all);
    assertTrue((long) whole.groups() * whole.buckets() <= 1 << 20);
    KeyCounts few = counts(all.stream().filter(one -> one.label < 5).toList());
    KeyCounts many = counts(all.stream().filter(one -> one.label >= 5).toList());
    assertTrue(few.buckets() > many.buckets());
    for (KeyCounts[] parts : new KeyCounts[][] {{few, many}, {many, few}}) {
      KeyCounts sum = new KeyCounts();
      for (KeyCounts part : parts) sum.add(part, same(part));
      assertEquals(whole.buckets(), sum.buckets());
      for (int g = 0; g < whole.groups(); g++)
        for (int b = 0; b < whole.buckets(); b++) assertEquals(whole.count(g, b), sum.count(g, b));
    }
  }

  private static int[] same(KeyCounts counts) {
    return IntStream.range(0, counts.groups()).toArray();
  }

  @Test
  void classesOfOtherNumbersKeepTheirCounts() {
    List<One> all = examples(labels(500, 3, 3), 3);
    KeyCounts counts = counts(all);
    KeyCounts other = counts.renumbered(new int[] {4, 0, 2}, 40);
    assertEquals(40, other.groups());
    assertTrue(other.buckets() < counts.buckets());
    assertEquals(counts.total(0), other.total(4));
    assertEquals(counts.total(1), other.total(0));
    assertEquals(counts.total(2), other.total(2));
    assertEquals(500, other.total());
  }

  @Test
  void rulesOutOfRangeAreRefused() {
    for (double fraction : new double[] {-0.1, 1, Double.NaN})
      assertThrows(
          IllegalArgumentException.class, () -> new Division.Rules(fraction, false, false, 1));
    assertThrows(IllegalArgumentException.class, () -> new Division.Rules(0, false, false, 0));
    assertThrows(IllegalArgumentException.class, () -> divide(9, 0, false, 1).part(0, 2));
    assertFalse(divide(9, 0, false, 1).goesByClass());
  }
}
