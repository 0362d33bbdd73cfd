package io.kudari.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.math.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SlicedOptimizerTest {

  private static final int STEPS = 4;

  @Property(tries = 120)
  void slicesGiveTheBitsOfTheWhole(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int owners) throws Exception {
    RandomStream random = new RandomStream(seed, RandomStream.Purpose.TEST, 0, 0);
    Layout layout = randomLayout(random);
    OptimizerSpec spec = randomSpec(random);
    List<Slice> slices = randomSlices(layout, owners, random);
    float[] whole = start(layout, seed);
    Optimizer one = spec.open(layout, seed);
    for (int t = 0; t < STEPS; t++) one.step(whole, gradient(layout, seed, t), at(t));

    // All owners write into one vector, each its slice, in threads that meet in every exchange.
    float[] shared = start(layout, seed);
    List<Optimizer> parts = new ArrayList<>();
    Meeting meeting = new Meeting(owners);
    for (Slice s : slices) parts.add(spec.open(layout, s, meeting, seed));
    runTogether(parts, shared, layout, seed);

    assertArrayEquals(whole, shared, spec.toString());
    float[] evaluated = new float[layout.size()];
    float[] expected = new float[layout.size()];
    one.evaluation(whole, expected, STEPS);
    for (Optimizer p : parts) p.evaluation(shared, evaluated, STEPS);
    assertArrayEquals(expected, evaluated);
    for (int k = 0; k < one.slotCount(); k++) {
      for (Optimizer p : parts) {
        float[] of = new float[p.slice().size()];
        System.arraycopy(one.slots()[k], p.slice().from(), of, 0, of.length);
        assertArrayEquals(of, p.slots()[k]);
      }
    }
  }

  /** Every recipe and every extra in turn, on the layout that has everything. */
  @Property(tries = 1)
  void everyRecipeAndExtraGivesTheBitsOfTheWhole() throws Exception {
    for (String name : OptimizerSpec.names()) {
      if (new OptimizerSpec(name, Map.of()).fullBatch()) continue;
      for (Map<String, Object> extra : EXTRAS) {
        for (int owners = 2; owners <= 3; owners++) {
          OptimizerSpec spec = new OptimizerSpec(name, extra);
          Layout layout = randomLayout(new RandomStream(5, RandomStream.Purpose.TEST, 1, 1));
          float[] whole = start(layout, 3);
          Optimizer one = spec.open(layout, 3);
          for (int t = 0; t < STEPS; t++) one.step(whole, gradient(layout, 3, t), at(t));
          float[] shared = start(layout, 3);
          Meeting meeting = new Meeting(owners);
          List<Optimizer> parts = new ArrayList<>();
          for (int r = 0; r < owners; r++) {
            parts.add(spec.open(layout, layout.shard(r, owners), meeting, 3));
          }
          runTogether(parts, shared, layout, 3);
          assertArrayEquals(whole, shared, spec.toString());
        }
      }
    }
  }

  private static final List<Map<String, Object>> EXTRAS =
      List.of(
          Map.of(),
          Map.of("clip-norm", 0.5, "ema", 0.9),
          Map.of("clip-value", 0.3, "l1", 0.01, "swa-start", 2),
          Map.of("gradient-centralization", true, "l2", 0.1, "lookahead-steps", 2),
          Map.of("gradient-noise", 0.1, "clip-norm", 1, "gradient-centralization", true));

  private static void runTogether(List<Optimizer> parts, float[] shared, Layout layout, long seed)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(parts.size());
    try {
      List<Future<?>> ends = new ArrayList<>();
      for (Optimizer p : parts) {
        ends.add(
            threads.submit(
                () -> {
                  for (int t = 0; t < STEPS; t++) p.step(shared, gradient(layout, seed, t), at(t));
                }));
      }
      for (Future<?> end : ends) assertEquals(null, end.get(30, TimeUnit.SECONDS));
    } finally {
      threads.shutdownNow();
    }
  }

  /** An exchange between threads: everyone's own range is copied to everyone. */
  private static final class Meeting implements PartialSums {
    private final CyclicBarrier barrier;
    private double[] board;

    Meeting(int owners) {
      barrier = new CyclicBarrier(owners);
    }

    @Override
    public void complete(double[] sums, int from, int to) {
      synchronized (this) {
        if (board == null) board = new double[sums.length];
        System.arraycopy(sums, from, board, from, to - from);
      }
      await();
      System.arraycopy(board, 0, sums, 0, sums.length);
      await();
      synchronized (this) {
        board = null;
      }
      await();
    }

    private void await() {
      try {
        int unused = barrier.await(20, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static Step at(int t) {
    return new Step(t, 0.1 / (t + 1), 0.1 / Math.max(1, t), Double.NaN);
  }

  private static Layout randomLayout(RandomStream random) {
    List<Segment> segments = new ArrayList<>();
    int at = 0;
    int count = 1 + random.below(6);
    for (int i = 0; i < count; i++) {
      Role role = Role.values()[random.below(Role.values().length)];
      List<Integer> shape =
          switch (random.below(4)) {
            case 0 -> List.of(1 + random.below(9000));
            case 1 -> List.of(1 + random.below(60), 1 + random.below(200));
            case 2 -> List.of(1 + random.below(3), 3000 + random.below(3000));
            default -> List.of(1 + random.below(8), 1 + random.below(8), 3, 3);
          };
      Segment s = new Segment("s" + i, at, shape, role);
      segments.add(s);
      at = s.end();
    }
    return new Layout(segments);
  }

  private static OptimizerSpec randomSpec(RandomStream random) {
    List<String> names =
        OptimizerSpec.names().stream()
            .filter(n -> !new OptimizerSpec(n, Map.of()).fullBatch())
            .toList();
    Map<String, Object> settings = new HashMap<>();
    if (random.below(2) == 0) settings.put("clip-norm", 1.0);
    if (random.below(3) == 0) settings.put("clip-value", 0.7);
    if (random.below(3) == 0) settings.put("gradient-centralization", true);
    if (random.below(6) == 0) settings.put("gradient-noise", 0.1);
    if (random.below(3) == 0) settings.put("l2", 0.01);
    if (random.below(3) == 0) settings.put("l1", 0.01);
    if (random.below(3) == 0) settings.put("weight-decay", 0.01);
    if (random.below(3) == 0) settings.put("lookahead-steps", 2);
    if (random.below(3) == 0) settings.put("ema", 0.9);
    else if (random.below(2) == 0) settings.put("swa-start", 2);
    return new OptimizerSpec(names.get(random.below(names.size())), settings);
  }

  /** Cuts at random block boundaries; some slices may be empty. */
  private static List<Slice> randomSlices(Layout layout, int owners, RandomStream random) {
    List<Slice> blocks = layout.blocks();
    List<Integer> cuts = new ArrayList<>(List.of(0, layout.size()));
    while (cuts.size() < owners + 1) cuts.add(blocks.get(random.below(blocks.size())).from());
    cuts.sort(null);
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < owners; i++) slices.add(new Slice(cuts.get(i), cuts.get(i + 1)));
    assertEquals(layout.size(), slices.stream().mapToInt(Slice::size).sum());
    assertEquals(true, new TreeSet<>(cuts).last() == layout.size());
    return slices;
  }

  private static float[] start(Layout layout, long seed) {
    return random(layout, seed, -1);
  }

  private static float[] gradient(Layout layout, long seed, int step) {
    return random(layout, seed, step);
  }

  private static float[] random(Layout layout, long seed, int step) {
    RandomStream random = new RandomStream(seed, RandomStream.Purpose.TEST, 7, step);
    float[] values = new float[layout.size()];
    for (int i = 0; i < values.length; i++) values[i] = random.uniform() * 2 - 1;
    return values;
  }
}
