package io.kudari.bench;

import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.exchange.Exchanges;
import io.kudari.exchange.codec.Codecs;
import io.kudari.exchange.codec.Learned;
import io.kudari.math.Layout;
import io.kudari.model.ModelSpec;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.setting.Setting;
import io.kudari.train.AlgorithmSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.Plans;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.DelayedGradients;
import io.kudari.train.algorithm.GradientSharing;
import io.kudari.train.plan.Course;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * Steps a second through a slow link, by exchange, against {@code dense} in the same rounds, and
 * the bytes of a step against their formula. Run by {@code scripts/bench-slow-link}.
 */
public final class SlowLinkBenchmark {

  private static final long SEED = 1;
  private static final int WARM_UP = 20;

  private record Contender(String name, AlgorithmSpec algorithm, Map<String, Object> exchange) {}

  private static final List<Contender> CONTENDERS =
      List.of(
          new Contender("dense", new GradientSharing(), Map.of("name", "dense")),
          new Contender("dense, delay 1", new DelayedGradients(1), Map.of("name", "dense")),
          new Contender("none", new GradientSharing(), Map.of("name", "none")),
          new Contender("fp16", new GradientSharing(), Map.of("name", "fp16")),
          new Contender("top-k 1%", new GradientSharing(), Map.of("name", "top-k", "share", 0.01)),
          new Contender("sign", new GradientSharing(), Map.of("name", "sign")),
          new Contender(
              "power-sgd rank 4", new GradientSharing(), Map.of("name", "power-sgd", "rank", 4)));

  private SlowLinkBenchmark() {}

  /** {@code MBIT|memory ROUNDS STEPS EXAMPLES}. */
  public static void main(String[] args) throws Exception {
    boolean memory = args[0].equals("memory");
    double bits = memory ? Double.NaN : 1e6 * Double.parseDouble(args[0]);
    int rounds = Integer.parseInt(args[1]);
    int steps = Integer.parseInt(args[2]);
    int batch = 2 * Integer.parseInt(args[3]);
    ModelSpec model = new ProgramModel(BenchNetworks.ALL.get("MLP 784-512-512-10"));
    var sources = new DataPlan.Sources(new DigitsSource(8192, 1), null, 0);
    DataPlan data = DataPlan.of(sources, new Configuration(), 2, SEED);
    Map<String, List<Double>> rates = new LinkedHashMap<>();
    Map<String, List<Double>> ratios = new LinkedHashMap<>();
    Map<String, Double> bytes = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      double dense = Double.NaN;
      for (Contender c : CONTENDERS) {
        boolean small = !c.exchange.get("name").toString().matches("dense|fp16|none");
        int counted = small ? 4 * steps : steps;
        TrainingPlan plan = plan(c, WARM_UP + counted, batch);
        SlowLink.Step step =
            memory
                ? SlowLink.trainThroughMemory(model, data, plan, WARM_UP)
                : SlowLink.train(model, data, plan, WARM_UP, bits);
        double rate = 1 / step.seconds();
        if (c.name.equals("dense")) dense = rate;
        rates.computeIfAbsent(c.name, n -> new ArrayList<>()).add(rate);
        ratios.computeIfAbsent(c.name, n -> new ArrayList<>()).add(rate / dense);
        bytes.put(c.name, step.bytes());
        System.err.printf("round %d of %d: %s%n", round + 1, rounds, c.name);
      }
    }
    System.out.printf(
        "MLP 784-512-512-10, 2 ranks x %s, %s%n",
        args[3], memory ? "shared memory" : args[0] + " Mbit/s by a relay");
    System.out.printf(
        "%-18s%10s%10s%12s%12s%10s%n", "", "steps/s", "/ dense", "bytes", "formula", "off by");
    for (Contender c : CONTENDERS) {
      double formula = formula(c, model.layout());
      double found = bytes.get(c.name);
      System.out.printf(
          "%-18s%10.2f%10.2f%12.0f%12.0f%9.1f%%%n",
          c.name,
          median(rates.get(c.name)),
          median(ratios.get(c.name)),
          found,
          formula,
          formula == 0 ? 0 : 100 * (found / formula - 1));
    }
    System.exit(0);
  }

  private static double median(List<Double> of) {
    List<Double> sorted = new ArrayList<>(of);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  /** Bytes that one of two ranks with a worker each sends in a step. */
  private static double formula(Contender c, Layout layout) {
    String name = c.exchange.get("name").toString();
    return bytes(name, c.exchange, layout);
  }

  /** As {@link #formula}, of an exchange. */
  static double bytes(String name, Map<String, Object> section, Layout layout) {
    double half = layout.size() / 2.0;
    if (name.equals("none")) return 0;
    if (name.equals("dense")) return 8 * half;
    if (name.equals("fp16")) return 6 * half;
    for (Codecs.Kind kind : Codecs.ALL) {
      if (!kind.name().equals(name)) continue;
      Map<String, Object> own = new LinkedHashMap<>(section);
      own.remove("name");
      Map<String, Object> all = Setting.complete(name, kind.settings(), own);
      return kind.make().apply(all).bytes(new Learned(layout));
    }
    throw new IllegalArgumentException(name);
  }

  private static TrainingPlan plan(Contender c, int steps, int batch) {
    return Plans.of(
            SEED,
            1000,
            batch,
            true,
            new Normalization(Normalizer.Method.SCALE, Normalizer.Per.FEATURE, 255),
            OptimizerSpec.parse(Map.of("name", "momentum", "learning-rate", 0.01)),
            TrainingPlan.Schedules.CONSTANT,
            BatchRule.NONE,
            batch,
            null,
            c.algorithm)
        .by(Exchanges.parse(c.exchange))
        .with(new Course(steps, Course.Looks.EPOCHS, Course.Target.NONE));
  }
}
