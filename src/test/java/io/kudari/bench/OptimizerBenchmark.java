package io.kudari.bench;

import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.optim.Optimizer;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * One optimizer step on the 5.8 million parameters of a 784-2048-2048-10 network, beside a plain
 * copy that reads and writes the same number of bytes as Adam must: parameters, gradient and two
 * slots read, parameters and slots written, 7 × 4 bytes for each parameter. One thread, one run.
 * The minimum is what to compare: other load on the machine spoils means and medians.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = "-Xmx3g")
public class OptimizerBenchmark {

  /** The copy of the same bytes. */
  @State(Scope.Thread)
  public static class Copy {
    private float[] from;
    private float[] to;

    @Setup(Level.Trial)
    public void fill() {
      int floats = (int) (layout().size() * 7L / 2);
      from = random(floats);
      to = new float[floats];
    }
  }

  /** An optimizer and its vectors. */
  @State(Scope.Thread)
  public static class Run {
    @Param({"sgd", "momentum", "adam", "adam+clip-norm", "lamb"})
    public String recipe;

    private final Step at = Step.of(100, 1e-6);
    private float[] params;
    private float[] gradient;
    private Optimizer optimizer;

    @Setup(Level.Trial)
    public void open() {
      String[] parts = recipe.split("\\+", -1);
      Map<String, Object> extra = parts.length > 1 ? Map.of(parts[1], 1.0) : Map.of();
      optimizer = new OptimizerSpec(parts[0], extra).open(layout(), 1);
      params = random(layout().size());
      gradient = random(layout().size());
    }
  }

  static Layout layout() {
    return new Layout(
        List.of(
            new Segment("0.weight", 0, List.of(2048, 784), Role.WEIGHT),
            new Segment("0.bias", 1605632, List.of(2048), Role.BIAS),
            new Segment("2.weight", 1607680, List.of(2048, 2048), Role.WEIGHT),
            new Segment("2.bias", 5801984, List.of(2048), Role.BIAS),
            new Segment("4.weight", 5804032, List.of(10, 2048), Role.WEIGHT),
            new Segment("4.bias", 5824512, List.of(10), Role.BIAS)));
  }

  static float[] random(int n) {
    RandomStream random = new RandomStream(1, RandomStream.Purpose.TEST, 0, n);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) values[i] = random.uniform() - 0.5f;
    return values;
  }

  @Benchmark
  public float[] copySameBytes(Copy c) {
    System.arraycopy(c.from, 0, c.to, 0, c.to.length);
    return c.to;
  }

  @Benchmark
  public float[] step(Run r) {
    r.optimizer.step(r.params, r.gradient, r.at);
    return r.params;
  }

  /** Takes JMH's own options. */
  public static void main(String[] args) throws RunnerException, CommandLineOptionException {
    var results =
        new Runner(
                new OptionsBuilder()
                    .parent(new CommandLineOptions(args))
                    .include(OptimizerBenchmark.class.getName() + ".*")
                    .build())
            .run();
    if (results.isEmpty()) throw new IllegalStateException("no benchmark ran");
  }
}
