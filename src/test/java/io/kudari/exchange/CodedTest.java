package io.kudari.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.exchange.codec.Codecs;
import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.setting.SettingException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What error feedback keeps, and what it is good for. */
class CodedTest {

  private static final long SEED = 20261128;

  private static final Layout LAYOUT =
      new Layout(
          List.of(
              new Segment("frozen", 0, List.of(3), Role.FROZEN),
              new Segment("weight", 3, List.of(20, 30), Role.WEIGHT),
              new Segment("mean", 603, List.of(4), Role.STATISTIC),
              new Segment("bias", 607, List.of(13), Role.BIAS)));

  /** Every codec with feedback; qsgd with buckets so small that it loses less than it is given. */
  static List<Map<String, Object>> withFeedback() {
    return Codecs.ALL.stream()
        .map(
            kind -> {
              Map<String, Object> section = new HashMap<>();
              section.put("name", kind.name());
              section.put("error-feedback", true);
              if (kind.name().equals("qsgd")) section.put("bucket", 16);
              return section;
            })
        .toList();
  }

  @ParameterizedTest
  @MethodSource("withFeedback")
  void whatIsSentAndWhatIsLeftAreTheSumOfTheGradients(Map<String, Object> section) {
    Codec codec = Exchanges.parse(section).codec(LAYOUT, SEED);
    int workers = 3;
    double[][] given = new double[workers][LAYOUT.size()];
    double[][] sent = new double[workers][LAYOUT.size()];
    for (int step = 0; step < 50; step++) {
      for (int v = 0; v < workers; v++) {
        float[] gradient = gradient(step, v);
        add(given[v], gradient);
        codec.code(v, step, gradient);
        add(sent[v], gradient);
      }
    }
    for (int v = 0; v < workers; v++) {
      double error = 0;
      double norm = 0;
      for (Segment s : LAYOUT.segments()) {
        if (!s.role().isLearned()) continue;
        int at = s.name().equals("weight") ? 0 : 600;
        for (int i = 0; i < s.size(); i++) {
          double left = codec.kept(v)[0][at + i];
          error += Math.pow(sent[v][s.offset() + i] + left - given[v][s.offset() + i], 2);
          norm += Math.pow(given[v][s.offset() + i], 2);
        }
      }
      double relative = Math.sqrt(error / norm);
      assertTrue(relative < 1e-6, section + ": " + relative + ", seed " + SEED);
    }
  }

  @ParameterizedTest
  @MethodSource("withFeedback")
  void statisticsStayExactAndWhatIsFrozenIsNotSent(Map<String, Object> section) {
    float[] gradient = gradient(1, 2);
    float[] coded = gradient.clone();
    Exchanges.parse(section).codec(LAYOUT, SEED).code(2, 1, coded);
    for (int i = 0; i < 3; i++) assertEquals(0, coded[i]);
    for (int i = 603; i < 607; i++) assertEquals(gradient[i], coded[i]);
    int changed = 0;
    for (int i = 3; i < 603; i++) if (gradient[i] != coded[i]) changed++;
    assertTrue(changed > 500, "a lossy code");
  }

  @ParameterizedTest
  @MethodSource("withFeedback")
  void whatIsKeptOfAWorkerGoesOnElsewhere(Map<String, Object> section) {
    GradientExchange exchange = Exchanges.parse(section);
    Codec one = exchange.codec(LAYOUT, SEED);
    Codec other = exchange.codec(LAYOUT, SEED);
    assertTrue(one.keeps());
    one.code(4, 0, gradient(0, 4));
    long bytes = Arrays.stream(one.kept(4)).mapToLong(v -> 4L * v.length).sum();
    assertEquals(bytes, exchange.bytesOfWorker(LAYOUT));
    assertEquals(613, one.kept(4)[0].length);
    other.code(4, 0, gradient(7, 7));
    other.keep(4, one.kept(4));
    float[] here = gradient(1, 4);
    float[] there = gradient(1, 4);
    one.code(4, 1, here);
    other.code(4, 1, there);
    assertArrayEquals(here, there);
    assertArrayEquals(one.kept(4), other.kept(4));
    other.keep(4, new float[0][]);
    assertEquals(0, other.kept(4).length);
    float[][] wrong = {new float[612]};
    var e = assertThrows(IllegalArgumentException.class, () -> other.keep(4, wrong));
    assertEquals(
        "the state has [612] values of residuals of worker 4, not " + lengths(one), e.getMessage());
  }

  private static String lengths(Codec codec) {
    return Arrays.toString(Arrays.stream(codec.kept(4)).mapToInt(v -> v.length).toArray());
  }

  @ParameterizedTest
  @MethodSource("withFeedback")
  void aVectorThatIsNotFiniteIsLeftAsItIsAndTheResidualToo(Map<String, Object> section) {
    Codec codec = Exchanges.parse(section).codec(LAYOUT, SEED);
    codec.code(0, 0, gradient(0, 0));
    float[] before = codec.kept(0)[0];
    float[] gradient = gradient(1, 0);
    gradient[100] = Float.NaN;
    codec.code(0, 1, gradient);
    assertTrue(Float.isNaN(gradient[100]));
    assertArrayEquals(before, codec.kept(0)[0]);
  }

  /** Lin et al. 2018: u = m u + g, v = v + u; the k largest of v are sent, there u and v are 0. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void momentumBeforeTheCodeIsThatOfDeepGradientCompression(boolean masking) {
    Layout layout = Layout.flat(40);
    Map<String, Object> section =
        Map.of("name", "top-k", "share", 0.1, "momentum", 0.5, "factor-masking", masking);
    GradientExchange exchange = Exchanges.parse(section);
    Codec codec = exchange.codec(layout, SEED);
    float[] u = new float[40];
    float[] v = new float[40];
    for (int step = 0; step < 30; step++) {
      float[] sent = Arrays.copyOf(gradient(step, 0), 40);
      for (int i = 0; i < 40; i++) {
        u[i] = 0.5f * u[i] + sent[i];
        v[i] = u[i] + v[i];
      }
      float least =
          (float) IntStream.range(0, 40).mapToDouble(i -> Math.abs(v[i])).sorted().toArray()[36];
      codec.code(0, step, sent);
      for (int i = 0; i < 40; i++) {
        boolean large = Math.abs(v[i]) >= least;
        assertEquals(large ? v[i] : 0, sent[i], "value " + i + " of step " + step);
        if (large && masking) u[i] = 0;
        if (large) v[i] = 0;
      }
      assertArrayEquals(new float[][] {v, u}, codec.kept(0));
    }
    assertEquals(2 * 4 * 40, exchange.bytesOfWorker(layout));
  }

  @Test
  void aWorkersVectorIsClippedBeforeItIsKept() {
    Codec codec =
        Exchanges.parse(Map.of("name", "top-k", "share", 0.5, "clip", 5))
            .codec(Layout.flat(2), SEED);
    float[] small = {3, 1};
    codec.code(0, 0, small);
    assertArrayEquals(new float[] {3, 0}, small);
    float[] large = {30, 40};
    codec.code(0, 1, large);
    assertArrayEquals(new float[] {0, 5}, large, "(3, 4) and the residual (0, 1)");
    assertArrayEquals(new float[] {3, 0}, codec.kept(0)[0]);
  }

  /** The directions of a matrix that hardly changes are found better from step to step. */
  @Test
  void aWarmStartComesCloserWithEveryStep() {
    Layout layout = new Layout(List.of(new Segment("weight", 0, List.of(20, 30), Role.WEIGHT)));
    Codec warm =
        Exchanges.parse(Map.of("name", "power-sgd", "error-feedback", false)).codec(layout, SEED);
    double first = lossOf(warm, 0);
    double last = first;
    for (int step = 1; step < 30; step++) last = lossOf(warm, step);
    assertTrue(last < 0.9 * first, first + " " + last + ", seed " + SEED);
    assertEquals(2 * 30, warm.kept(0)[0].length);
  }

  private static double lossOf(Codec codec, int step) {
    float[] same = Arrays.copyOfRange(gradient(0, 0), 3, 603);
    float[] sent = same.clone();
    codec.code(0, step, sent);
    double squares = 0;
    for (int i = 0; i < 600; i++) squares += Math.pow(same[i] - sent[i], 2);
    return squares;
  }

  @Test
  void withoutFeedbackNothingIsKept() {
    for (Codecs.Kind kind : Codecs.ALL) {
      Map<String, Object> section = new HashMap<>(Map.of("name", kind.name()));
      section.put("error-feedback", false);
      if (kind.name().equals("power-sgd")) section.put("warm-start", false);
      if (kind.name().equals("threshold"))
        section.putAll(Map.of("least-share", 0, "most-share", 1));
      GradientExchange exchange = Exchanges.parse(section);
      Codec codec = exchange.codec(LAYOUT, SEED);
      codec.code(0, 0, gradient(0, 0));
      assertFalse(codec.keeps());
      assertEquals(0, codec.kept(0).length);
      assertEquals(0, exchange.bytesOfWorker(LAYOUT));
      float[] again = gradient(0, 0);
      float[] first = gradient(0, 0);
      codec.code(0, 0, again);
      exchange.codec(LAYOUT, SEED).code(0, 0, first);
      assertArrayEquals(first, again);
    }
  }

  /** f = ½|x + y| + |x − y|, where the sign alone never leaves the line x + y = 1.503. */
  @Test
  void signFindsTheLeastValueWithFeedbackAndNeverWithout() {
    double without = Double.MAX_VALUE;
    double best = Double.MAX_VALUE;
    double late = 0;
    double[] plain = {1, 0.503};
    double[] fed = {1, 0.503};
    Codec signOnly = sign(false);
    Codec feedback = sign(true);
    for (int step = 0; step < 4000; step++) {
      descend(signOnly, step, plain);
      descend(feedback, step, fed);
      without = Math.min(without, value(plain));
      best = Math.min(best, value(fed));
      if (step >= 150) late = Math.max(late, value(fed));
    }
    assertTrue(without > 0.7515 - 1e-9, "without feedback " + without);
    assertTrue(best <= 0.01, "with feedback " + best);
    assertTrue(late < 0.05, "with feedback, from step 150 on " + late);
  }

  @Test
  void settingsHaveDefaultsAndLimits() {
    assertEquals(
        Map.of(
            "share",
            0.01,
            "warm-up",
            0,
            "of",
            "vector",
            "indices",
            "plain",
            "error-feedback",
            true,
            "momentum",
            0.0,
            "factor-masking",
            true),
        Exchanges.parse(Map.of("name", "top-k")).settings());
    assertEquals(
        Map.of("bits", 4, "bucket", 512, "codes", "fixed", "error-feedback", false),
        Exchanges.parse(Map.of("name", "qsgd")).settings());
    for (Codecs.Kind kind : Codecs.ALL) {
      GradientExchange exchange = Exchanges.parse(Map.of("name", kind.name()));
      assertTrue(exchange.isLossy() && exchange.isExact(), kind.name());
      Map<String, Object> section = new HashMap<>(exchange.settings());
      section.put("name", kind.name());
      assertEquals(exchange, Exchanges.parse(section), "equal by value");
    }
    assertRefused(Map.of("name", "top-k", "share", 0), "share must be within (0, 1], not 0");
    assertRefused(
        Map.of("name", "top-k", "momentum", 0.9, "error-feedback", false),
        "needs error-feedback = true");
    assertRefused(
        Map.of("name", "threshold", "least-share", 0.2),
        "must be at most most-share, 0.01, not 0.2");
    assertRefused(Map.of("name", "sign", "momentum", 0.9), "no setting of sign is called");
    assertRefused(Map.of("name", "sign", "shares", 1), "no setting of sign is called 'shares'");
    assertRefused(Map.of("name", "qsgd", "bits", 9), "bits must be ");
  }

  private static void assertRefused(Map<String, ?> section, String says) {
    var e = assertThrows(SettingException.class, () -> Exchanges.parse(section));
    assertTrue(e.getMessage().startsWith(says), e.getMessage());
  }

  private static Codec sign(boolean feedback) {
    return Exchanges.parse(Map.of("name", "sign", "error-feedback", feedback))
        .codec(Layout.flat(2), SEED);
  }

  private static double value(double[] at) {
    return Math.abs(at[0] + at[1]) / 2 + Math.abs(at[0] - at[1]);
  }

  private static void descend(Codec codec, int step, double[] at) {
    double sum = Math.signum(at[0] + at[1]) / 2;
    double difference = Math.signum(at[0] - at[1]);
    float[] gradient = {(float) (sum + difference), (float) (sum - difference)};
    codec.code(0, step, gradient);
    for (int i = 0; i < 2; i++) at[i] -= 0.01 * gradient[i];
  }

  private static void add(double[] sum, float[] values) {
    for (int i = 0; i < sum.length; i++) sum[i] += values[i];
  }

  /** With a mean, as gradients have. */
  private static float[] gradient(int step, int worker) {
    RandomStream random = new RandomStream(SEED, RandomStream.Purpose.TEST, step, worker);
    float[] values = new float[LAYOUT.size()];
    for (int i = 0; i < values.length; i++)
      values[i] = (float) (random.gaussian() + StrictMath.sin(i));
    return values;
  }
}
