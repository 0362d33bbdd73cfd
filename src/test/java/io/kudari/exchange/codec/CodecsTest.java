package io.kudari.exchange.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.math.Slice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each codec against its definition, written down once more, and against hostile bytes. */
class CodecsTest {

  private static final long SEED = 20261128;

  /** Learned segments of 35 and 13 values, between what is not learned. */
  private static final Learned LEARNED =
      new Learned(
          new Layout(
              List.of(
                  new Segment("frozen", 0, List.of(3), Role.FROZEN),
                  new Segment("weight", 3, List.of(5, 7), Role.WEIGHT),
                  new Segment("mean", 38, List.of(4), Role.STATISTIC),
                  new Segment("bias", 42, List.of(13), Role.BIAS))));

  private static final Draw DRAW = new Draw(SEED, 3, 1);

  static List<VectorCodec> codecs() {
    return List.of(
        new TopK(0.25),
        new TopK(1),
        new TopK(0.1, 3),
        new TopK(0.25, 0, TopK.Of.SEGMENT, TopK.Indices.PLAIN),
        new TopK(0.25, 0, TopK.Of.VECTOR, TopK.Indices.DELTA),
        new TopK(1, 0, TopK.Of.SEGMENT, TopK.Indices.DELTA),
        new RandomK(0.25),
        new Threshold(0.75, 0, 1),
        new Threshold(0.75, 0.01, 0.05),
        new Sign(Scale.UNIT),
        new Sign(Scale.SEGMENT),
        new OneBit(Scale.UNIT),
        new OneBit(Scale.SEGMENT),
        new Qsgd(4, 512),
        new Qsgd(3, 10),
        new Qsgd(8, 1),
        new Qsgd(4, 512, Qsgd.Codes.ELIAS),
        new Qsgd(2, 10, Qsgd.Codes.ELIAS),
        new Qsgd(8, 1, Qsgd.Codes.ELIAS),
        new PowerSgd(2, true),
        new PowerSgd(1, false),
        new PowerSgd(5, true));
  }

  @Test
  void everyCodecOfTheListIsTestedHere() {
    List<String> tested = codecs().stream().map(VectorCodec::name).distinct().toList();
    assertEquals(Codecs.ALL.stream().map(Codecs.Kind::name).toList(), tested);
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void lengthIsAsAnnouncedAndDecodingGivesTheSameWhereverTheBytesAre(VectorCodec codec) {
    float[] values = gaussian(LEARNED.size(), 1);
    float[] before = values.clone();
    ByteBuffer bytes = encoded(codec, LEARNED, values, DRAW);
    assertArrayEquals(before, values, "encoding only reads");
    boolean varies =
        codec instanceof Threshold
            || codec instanceof TopK k && k.indices() == TopK.Indices.DELTA
            || codec instanceof Qsgd q && q.codes() == Qsgd.Codes.ELIAS;
    if (varies) assertTrue(bytes.remaining() <= codec.bytes(LEARNED));
    else assertEquals(codec.bytes(LEARNED), bytes.remaining());
    float[] decoded = decoded(codec, LEARNED, bytes.duplicate().order(bytes.order()), DRAW);
    int length = bytes.remaining();
    ByteBuffer within = ByteBuffer.allocate(length + 9).order(ByteOrder.LITTLE_ENDIAN);
    within.position(5).put(bytes).flip().position(5);
    assertArrayEquals(decoded, decoded(codec, LEARNED, within, DRAW));
    assertFalse(within.hasRemaining(), "all bytes are read");
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void zerosAreDecodedAsZerosAndHugeValuesAsFiniteOnes(VectorCodec codec) {
    float[] zeros = new float[LEARNED.size()];
    assertArrayEquals(zeros, through(codec, LEARNED, zeros, DRAW));
    float[] huge = new float[LEARNED.size()];
    // A matrix of lower rank may have values of the other sign.
    float most = codec instanceof PowerSgd ? Float.MAX_VALUE / 4 : Float.MAX_VALUE;
    for (int i = 0; i < huge.length; i++) huge[i] = i % 3 == 0 ? -most : most;
    float[] decoded = through(codec, LEARNED, huge, DRAW);
    for (int i = 0; i < huge.length; i++)
      assertTrue(Float.isFinite(huge[i] - decoded[i]), i + ": " + decoded[i]);
  }

  @Test
  void topKTakesTheLargestMagnitudesAndOfEqualOnesTheFirst() {
    for (int trial = 0; trial < 200; trial++) {
      RandomStream random = new RandomStream(SEED, RandomStream.Purpose.TEST, trial, 2);
      int size = 1 + random.below(300);
      float[] values = new float[size];
      // Few different magnitudes, or many.
      int magnitudes = trial % 2 == 0 ? 4 : 1 << 20;
      for (int i = 0; i < size; i++)
        values[i] = (random.below(magnitudes) - magnitudes / 2) * (float) Math.pow(10, trial % 7);
      double share = trial % 5 == 0 ? 0.01 : random.uniformDouble() * 0.99 + 0.01;
      int k = (int) Math.max(1, Math.ceil(share * size - 1e-6));
      float[] expected = new float[size];
      IntStream.range(0, size)
          .boxed()
          .sorted(
              Comparator.<Integer, Float>comparing(i -> -Math.abs(values[i])).thenComparing(i -> i))
          .limit(k)
          .forEach(i -> expected[i] = values[i]);
      float[] found = through(new TopK(share), flat(size), values, DRAW);
      assertArrayEquals(expected, found, "trial " + trial + ", seed " + SEED);
    }
    assertEquals(8 * 7, new TopK(0.01).bytes(flat(700)), "0.01 · 700 is a little above 7");
  }

  /** 9 of 35, and 4 of 13. */
  @Test
  void topKOfSegmentsTakesTheLargestOfEach() {
    float[] values = gaussian(LEARNED.size(), 15);
    for (int i = 35; i < 48; i++) values[i] /= 1000;
    float[] expected = new float[values.length];
    for (Slice s : LEARNED.segments())
      IntStream.range(s.from(), s.to())
          .boxed()
          .sorted(Comparator.comparing(i -> -Math.abs(values[i])))
          .limit((s.size() + 3) / 4)
          .forEach(i -> expected[i] = values[i]);
    for (TopK.Indices indices : TopK.Indices.values())
      assertArrayEquals(
          expected, through(new TopK(0.25, 0, TopK.Of.SEGMENT, indices), LEARNED, values, DRAW));
  }

  @Test
  void indicesAsDifferencesAreFewerBytesAndTheSameValues() {
    int size = 300_000;
    float[] values = gaussian(size, 16);
    values[size - 1] = 1e6f;
    VectorCodec plain = new TopK(0.01);
    VectorCodec delta = new TopK(0.01, 0, TopK.Of.VECTOR, TopK.Indices.DELTA);
    ByteBuffer bytes = encoded(delta, flat(size), values, DRAW);
    int length = bytes.remaining();
    // One byte of index for gaps below 128, which 72% are, else two.
    assertEquals((4 + 1.28) * 3000, length, 0.02 * 5.28 * 3000);
    assertArrayEquals(
        through(plain, flat(size), values, DRAW), decoded(delta, flat(size), bytes, DRAW));
    float[] far = new float[size];
    far[size - 1] = 1;
    assertEquals(1, through(new TopK(1e-9), flat(size), far, DRAW)[size - 1]);
    VectorCodec one = new TopK(1e-9, 0, TopK.Of.VECTOR, TopK.Indices.DELTA);
    assertEquals(1, through(one, flat(size), far, DRAW)[size - 1]);
    assertHostile(
        new TopK(0.25, 0, TopK.Of.VECTOR, TopK.Indices.DELTA),
        b -> b.put(0, (byte) 0),
        "index -1 after -1 is not ascending below 48");
  }

  @Test
  void randomKSendsEachValueEquallyOftenAndUnchanged() {
    int size = 40;
    float[] values = gaussian(size, 3);
    int[] sent = new int[size];
    int draws = 4000;
    for (int step = 0; step < draws; step++) {
      float[] found = through(new RandomK(0.25), flat(size), values, new Draw(SEED, step, 0));
      int count = 0;
      for (int i = 0; i < size; i++) {
        if (found[i] == 0) continue;
        assertEquals(values[i], found[i]);
        sent[i]++;
        count++;
      }
      assertEquals(10, count);
    }
    double sigma = Math.sqrt(draws * 0.25 * 0.75);
    for (int n : sent) assertEquals(draws * 0.25, n, 4.5 * sigma, "seed " + SEED);
    float[] one = through(new RandomK(0.25), flat(size), values, DRAW);
    Draw other = new Draw(SEED, DRAW.step(), DRAW.worker() + 1);
    assertFalse(Arrays.equals(one, through(new RandomK(0.25), flat(size), values, other)));
  }

  @Test
  void aUnitIsARowOfAMatrixOrAWholeVector() {
    List<Slice> rows =
        IntStream.range(0, 5).mapToObj(row -> new Slice(7 * row, 7 * row + 7)).toList();
    List<Slice> units = new ArrayList<>(rows);
    units.add(new Slice(35, 48));
    assertEquals(units, Scale.UNIT.groups(LEARNED));
    assertEquals(List.of(new Slice(0, 35), new Slice(35, 48)), Scale.SEGMENT.groups(LEARNED));
  }

  /** Lin et al. 2018: 25%, 6.25%, 1.5625%, 0.4%, 0.1%. */
  @Test
  void theShareOfTopKFallsByEqualFactors() {
    double[] expected = {0.25, 0.0625, 0.015625, 0.004, 0.001, 0.001};
    for (int epoch = 0; epoch < expected.length; epoch++) {
      TopK at = (TopK) new TopK(0.001, 4).at(epoch);
      assertEquals(expected[epoch], at.share(), 0.02 * expected[epoch]);
      assertEquals(at, at.at(epoch), "the same in all epochs");
    }
  }

  @ParameterizedTest
  @EnumSource(Scale.class)
  void signOneBitAndThresholdAreTheirDefinitions(Scale scale) {
    float[] values = gaussian(LEARNED.size(), 4);
    values[5] = 0;
    float[] sign = new float[values.length];
    float[] oneBit = new float[values.length];
    float[] threshold = new float[values.length];
    for (Slice s : scale.groups(LEARNED)) {
      float[] own = Arrays.copyOfRange(values, s.from(), s.to());
      double norm = 0;
      for (float v : own) norm += Math.abs(v);
      for (int i = s.from(); i < s.to(); i++) {
        boolean negative = values[i] < 0;
        sign[i] = (float) (norm / s.size()) * (negative ? -1 : 1);
        oneBit[i] =
            (float)
                IntStream.range(0, own.length)
                    .mapToDouble(j -> own[j])
                    .filter(v -> v < 0 == negative)
                    .average()
                    .orElseThrow();
        threshold[i] = Math.abs(values[i]) < 0.75f ? 0 : Math.copySign(0.75f, values[i]);
      }
    }
    assertArrayEquals(sign, through(new Sign(scale), LEARNED, values, DRAW));
    assertArrayEquals(oneBit, through(new OneBit(scale), LEARNED, values, DRAW), 1e-6f);
    assertArrayEquals(threshold, through(new Threshold(0.75, 0, 1), LEARNED, values, DRAW));
  }

  @Test
  void aThresholdRisesWhereTooMuchIsSentAndFallsWhereTooLittle() {
    int size = 1000;
    VectorCodec codec = new Threshold(0.1, 0.01, 0.05);
    float[] values = gaussian(size, 14);
    for (float first : new float[] {0, 1e-30f, 100}) {
      float[] memory = {first};
      float before = first == 0 ? 0.1f : first;
      int sent = 0;
      for (int step = 0; step < 500; step++) {
        ByteBuffer bytes =
            ByteBuffer.allocate(codec.bytes(flat(size))).order(ByteOrder.LITTLE_ENDIAN);
        codec.encode(flat(size), values, memory, DRAW, bytes);
        sent = bytes.getInt(4);
        assertEquals(before, bytes.getFloat(0));
        double next = sent > 50 ? before * 1.2 : sent < 10 ? before / 1.2 : before;
        assertEquals(next, memory[0], 1e-6 * next);
        before = memory[0];
      }
      assertTrue(sent >= 10 && sent <= 50, sent + " of " + size + ", seed " + SEED);
    }
  }

  @Test
  void qsgdRoundsToALevelBesideEachValue() {
    float[] values = gaussian(LEARNED.size(), 5);
    for (int bits : new int[] {2, 3, 4, 7, 8}) {
      float[] found = through(new Qsgd(bits, 8), LEARNED, values, DRAW);
      int levels = (1 << (bits - 1)) - 1;
      for (Slice s : LEARNED.segments())
        for (int from = s.from(); from < s.to(); from += 8) {
          int to = Math.min(from + 8, s.to());
          double norm = norm(values, from, to);
          for (int i = from; i < to; i++) {
            double level = Math.abs(found[i]) / norm * levels;
            assertEquals(Math.rint(level), level, 1e-4, "a level");
            assertEquals(values[i], found[i], norm / levels * (1 + 1e-5), "beside the value");
            assertTrue(found[i] * values[i] >= 0, "same sign");
          }
        }
    }
  }

  @Test
  void eliasCodesOfQsgdAreTheSameValuesInFewerBytes() {
    int size = 300_000;
    float[] values = gaussian(size, 17);
    for (int bits : new int[] {2, 4, 8}) {
      float[] fixed = through(new Qsgd(bits, 512), flat(size), values, DRAW);
      VectorCodec elias = new Qsgd(bits, 512, Qsgd.Codes.ELIAS);
      ByteBuffer bytes = encoded(elias, flat(size), values, DRAW);
      // A bit for level 0, four for the next two, then seven for up to 6: counted by hand.
      long expected = 0;
      int levels = (1 << (bits - 1)) - 1;
      for (int from = 0; from < size; from += 512) {
        double unit = norm(values, from, Math.min(size, from + 512)) / levels;
        long ofBucket = 0;
        for (int i = from; i < Math.min(size, from + 512); i++)
          ofBucket += eliasBits(Math.round(Math.abs(fixed[i]) / unit));
        expected += 4 + (ofBucket + 7) / 8;
      }
      assertEquals(expected, bytes.remaining(), "bits " + bits);
      float[] found = decoded(elias, flat(size), bytes, DRAW);
      // As numbers: a level of 0 has no sign.
      for (int i = 0; i < size; i++) assertTrue(fixed[i] == found[i], "value " + i);
      if (bits == 4)
        assertTrue(expected < 0.53 * new Qsgd(4, 512).bytes(flat(size)), "" + expected);
    }
  }

  /** With its sign, of a level up to 127. */
  private static int eliasBits(long level) {
    long number = level + 1;
    if (number == 1) return 1;
    return 1
        + (number < 4
            ? 3
            : number < 8
                ? 6
                : number < 16 ? 7 : number < 32 ? 11 : number < 64 ? 12 : number < 128 ? 13 : 14);
  }

  /** The best matrix of rank 2 is the matrix itself; one of full rank goes as it is. */
  @Test
  void powerSgdFindsAMatrixOfItsRankAndSendsOneOfFullRankAsItIs() {
    int rows = 12;
    int columns = 20;
    float[] u = gaussian(2 * rows, 10);
    float[] w = gaussian(2 * columns, 11);
    float[] thin = new float[rows * columns];
    for (int i = 0; i < rows; i++)
      for (int j = 0; j < columns; j++)
        thin[i * columns + j] = u[i] * w[j] + u[rows + i] * w[columns + j];
    Learned layout = matrix(rows, columns);
    for (int rank = 2; rank <= 4; rank++)
      assertArrayEquals(thin, through(new PowerSgd(rank, false), layout, thin, DRAW), 1e-5f);
    float[] full = gaussian(rows * columns, 12);
    assertArrayEquals(full, through(new PowerSgd(rows, false), layout, full, DRAW), 1e-5f);
    assertEquals(4 * 3 * (rows + columns), new PowerSgd(3, false).bytes(layout));
  }

  /** Whatever Q was, P Qᵀ = P Pᵀ M is a projection: what is lost is orthogonal to what is sent. */
  @Test
  void powerSgdSendsAProjection() {
    Learned layout = matrix(12, 20);
    float[] values = gaussian(240, 13);
    float[] found = through(new PowerSgd(3, false), layout, values, DRAW);
    double along = 0;
    for (int i = 0; i < 240; i++) along += (values[i] - found[i]) * (double) found[i];
    assertEquals(0, along, 1e-4 * Math.pow(norm(values, 0, 240), 2));
    assertTrue(norm(found, 0, 240) > 0.3 * norm(values, 0, 240), "3 of 12 directions");
  }

  /** A column of Q for which there was no direction left is drawn anew, and finds one. */
  @Test
  void powerSgdFindsRankTwoAgainAfterAMatrixOfRankOne() {
    int rows = 12;
    int columns = 20;
    float[] u = gaussian(2 * rows, 18);
    float[] w = gaussian(2 * columns, 19);
    float[] one = new float[rows * columns];
    float[] two = new float[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        one[i * columns + j] = u[i] * w[j];
        two[i * columns + j] = u[i] * w[j] + u[rows + i] * w[columns + j];
      }
    }
    VectorCodec codec = new PowerSgd(2, true);
    Learned layout = matrix(rows, columns);
    float[] memory = new float[codec.memory(layout)];
    assertArrayEquals(one, warm(codec, layout, one, memory, 0), 1e-5f);
    float[] found = {};
    for (int step = 1; step <= 5; step++) found = warm(codec, layout, two, memory, step);
    assertArrayEquals(two, found, 1e-5f);
  }

  /** What is decoded in a step whose code goes on from memory. */
  private static float[] warm(
      VectorCodec codec, Learned layout, float[] values, float[] memory, long step) {
    Draw draw = new Draw(SEED, step, 0);
    ByteBuffer bytes = ByteBuffer.allocate(codec.bytes(layout)).order(ByteOrder.LITTLE_ENDIAN);
    codec.encode(layout, values, memory, draw, bytes);
    return decoded(codec, layout, bytes.flip(), draw);
  }

  private static Learned matrix(int rows, int columns) {
    Segment only = new Segment("weight", 0, List.of(rows, columns), Role.WEIGHT);
    return new Learned(new Layout(List.of(only)));
  }

  /** Alistarh et al., lemma 3.1. */
  @Test
  void qsgdIsUnbiasedAndItsVarianceWithinTheBound() {
    int size = 96;
    int draws = 10_000;
    int levels = 7;
    Learned layout = flat(size);
    float[] values = gaussian(size, 6);
    double norm = norm(values, 0, size);
    double[] sum = new double[size];
    double error = 0;
    for (int step = 0; step < draws; step++) {
      float[] found = through(new Qsgd(4, 512), layout, values, new Draw(SEED, step, 0));
      for (int i = 0; i < size; i++) {
        sum[i] += found[i];
        error += Math.pow(found[i] - values[i], 2);
      }
    }
    int outside = 0;
    for (int i = 0; i < size; i++) {
      double exact = Math.abs(values[i]) / norm * levels;
      double fraction = exact - Math.floor(exact);
      double sigma = norm / levels * Math.sqrt(fraction * (1 - fraction) / draws);
      double off = Math.abs(sum[i] / draws - values[i]);
      if (off > 3 * sigma + 1e-6) outside++;
      assertTrue(off < 5 * sigma + 1e-6, i + " is off by " + off + ", seed " + SEED);
    }
    // 0.27% of normal numbers are beyond three standard deviations.
    assertTrue(outside <= 2, outside + " of " + size + ", seed " + SEED);
    double bound = Math.min((double) size / (levels * levels), Math.sqrt(size) / levels);
    assertTrue(error / draws <= bound * norm * norm, "variance " + error / draws);
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void everyOtherLengthIsRefused(VectorCodec codec) {
    ByteBuffer bytes = encoded(codec, LEARNED, gaussian(LEARNED.size(), 7), DRAW);
    for (int length = 0; length < bytes.limit() + 9; length++) {
      if (length == bytes.limit()) continue;
      byte[] other = Arrays.copyOf(bytes.array(), length);
      String line = refused(codec, other);
      assertTrue(line.startsWith(codec.name() + ": ") && line.indexOf('\n') < 0, line);
    }
  }

  @Test
  void hostileBytesAreRefusedInALineThatSaysWhy() {
    VectorCodec topK = new TopK(0.25);
    assertHostile(topK, b -> b.putInt(0, -1), "index -1 after -1 is not ascending below 48");
    assertHostile(topK, b -> b.putInt(44, 48), "index 48 after ");
    assertHostile(topK, b -> b.putInt(4, b.getInt(0)), "is not ascending below 48");
    assertHostile(topK, b -> b.putFloat(48, Float.NaN), "a value of NaN, which is not finite");
    assertHostile(
        new RandomK(0.25), b -> b.putFloat(0, Float.NEGATIVE_INFINITY), "a value of -Infinity");
    VectorCodec threshold = new Threshold(0.01, 0, 1);
    assertHostile(threshold, b -> b.putFloat(0, Float.NaN), "a value of NaN");
    assertHostile(threshold, b -> b.putFloat(0, -1), "a scale of -1.0, which is below 0");
    assertHostile(threshold, b -> b.putInt(4, Integer.MIN_VALUE), "bytes instead of");
    assertHostile(threshold, b -> b.putInt(4, 1 << 30), "bytes instead of");
    assertHostile(threshold, b -> b.putInt(8, 48), "index 48 after -1");
    assertHostile(new Sign(Scale.UNIT), b -> b.putFloat(0, Float.NaN), "a value of NaN");
    assertHostile(
        new Sign(Scale.UNIT), b -> b.putFloat(0, -1), "a scale of -1.0, which is below 0");
    assertHostile(new Sign(Scale.SEGMENT), b -> b.put(8, (byte) 0xff), "bits after the last value");
    assertHostile(new OneBit(Scale.UNIT), b -> b.putFloat(4, Float.NaN), "a value of NaN");
    assertHostile(new PowerSgd(2, true), b -> b.putFloat(8, Float.NaN), "a value of NaN");
    assertHostile(new Qsgd(4, 512), b -> b.putFloat(0, Float.NaN), "a value of NaN");
    assertHostile(new Qsgd(4, 512), b -> b.putFloat(0, -2), "a scale of -2.0");
    assertHostile(new Qsgd(4, 512), b -> b.put(21, (byte) 0xf0), "bits after the last value");
    VectorCodec elias = new Qsgd(4, 512, Qsgd.Codes.ELIAS);
    assertHostile(elias, b -> b.putFloat(0, Float.NaN), "a value of NaN");
    // 1 1, 1 0 1 0, 0 is 10; and a number of more bits than any here.
    assertHostile(elias, b -> b.put(4, (byte) 0b0010111), "a code of more than 8");
    assertHostile(elias, b -> b.put(4, (byte) 0xff).put(5, (byte) 0xff), "a code of more than 8");
    assertEquals("qsgd: the bytes end within a value", refused(elias, new byte[3]));
    // A norm, and the first three bits of a code of six.
    assertEquals("qsgd: the bytes end within a code", refused(elias, groups(0, 0, 0, 0, 0xf0)));
    // Of 35 and 13 values of level 0, and a byte behind.
    assertEquals(
        "qsgd: 1 bytes instead of the 0 announced", refused(elias, new byte[4 + 5 + 4 + 2 + 1]));
  }

  @Test
  void indicesAsDifferencesMustEndFitAndNotOverflow() {
    VectorCodec delta = new TopK(0.25, 0, TopK.Of.VECTOR, TopK.Indices.DELTA);
    String noNumber = "the bytes end within an index, or it is too large";
    // 2^31 in five groups of 7 bits, the lowest first; a sixth group; and 2^31 − 1.
    assertHostile(delta, b -> b.put(0, groups(0x80, 0x80, 0x80, 0x80, 0x08)), noNumber);
    assertHostile(delta, b -> b.put(0, groups(0xff, 0xff, 0xff, 0xff, 0x87)), noNumber);
    byte[] most = groups(0xff, 0xff, 0xff, 0xff, 0x07);
    assertHostile(
        delta, b -> b.put(0, most), "index 2147483646 after -1 is not ascending below 48");
    assertEquals("top-k: " + noNumber, refused(delta, groups(0x80)));
    assertEquals("top-k: " + noNumber, refused(delta, groups(1, 1, 0xff)));
    // 1 + (2^31 − 1) is beyond what an index can be.
    assertHostile(
        delta, b -> b.put(0, (byte) 2).put(1, most), "index -2147483648 after 1 is not ascending");
  }

  /** 9 of the first 35, and 4 of the other 13. */
  @Test
  void topKOfSegmentsReadsOfEachSegmentItsOwnNumberOfValues() {
    VectorCodec codec = new TopK(0.25, 0, TopK.Of.SEGMENT, TopK.Indices.PLAIN);
    assertHostile(codec, b -> b.putInt(32, 35), "index 35 after ", "is not ascending below 35");
    assertHostile(codec, b -> b.putInt(36, 34), "index 34 after 34 is not ascending below 48");
  }

  private static byte[] groups(int... bytes) {
    byte[] groups = new byte[bytes.length];
    for (int i = 0; i < groups.length; i++) groups[i] = (byte) bytes[i];
    return groups;
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void noBytesMakeAnythingElseThanFiniteValuesOrALine(VectorCodec codec) {
    ByteBuffer good = encoded(codec, LEARNED, gaussian(LEARNED.size(), 8), DRAW);
    RandomStream random = new RandomStream(SEED, RandomStream.Purpose.TEST, 9, 9);
    for (int trial = 0; trial < 2000; trial++) {
      byte[] bad = Arrays.copyOf(good.array(), good.limit());
      for (int flips = 1 + random.below(6); flips > 0; flips--)
        bad[random.below(bad.length)] ^= (byte) (1 << random.below(8));
      try {
        for (float v : decoded(codec, LEARNED, wrapped(bad), DRAW))
          assertTrue(Float.isFinite(v), "trial " + trial + ", seed " + SEED);
      } catch (CodecException e) {
        assertTrue(e.getMessage().startsWith(codec.name() + ": "), e.getMessage());
      }
    }
  }

  @Test
  void whatIsTooLongForAMessageIsRefusedInOneLine() {
    var e = assertThrows(IllegalArgumentException.class, () -> Bytes.length(1L << 31));
    assertEquals(
        "an encoded vector of 2147483648 bytes is too long for a message, at most 2^31-9",
        e.getMessage());
  }

  private static void assertHostile(
      VectorCodec codec, Consumer<ByteBuffer> change, String... says) {
    ByteBuffer bytes = encoded(codec, LEARNED, gaussian(LEARNED.size(), 7), DRAW);
    change.accept(bytes);
    String line = refused(codec, Arrays.copyOf(bytes.array(), bytes.limit()));
    assertTrue(line.startsWith(codec.name() + ": "), line);
    for (String part : says) assertTrue(line.contains(part), line);
  }

  private static String refused(VectorCodec codec, byte[] bytes) {
    return assertThrows(
            CodecException.class,
            () -> decoded(codec, LEARNED, wrapped(bytes), DRAW),
            bytes.length + " bytes")
        .getMessage();
  }

  private static ByteBuffer wrapped(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer encoded(VectorCodec codec, Learned layout, float[] values, Draw draw) {
    ByteBuffer bytes = ByteBuffer.allocate(codec.bytes(layout)).order(ByteOrder.LITTLE_ENDIAN);
    codec.encode(layout, values, draw, bytes);
    return bytes.flip();
  }

  private static float[] decoded(VectorCodec codec, Learned layout, ByteBuffer bytes, Draw draw) {
    float[] into = new float[layout.size()];
    Arrays.fill(into, Float.NaN);
    codec.decode(layout, bytes, draw, into);
    return into;
  }

  private static float[] through(VectorCodec codec, Learned layout, float[] values, Draw draw) {
    return decoded(codec, layout, encoded(codec, layout, values, draw), draw);
  }

  private static Learned flat(int size) {
    return new Learned(Layout.flat(size));
  }

  private static double norm(float[] values, int from, int to) {
    double squares = 0;
    for (int i = from; i < to; i++) squares += (double) values[i] * values[i];
    return Math.sqrt(squares);
  }

  private static float[] gaussian(int size, int name) {
    RandomStream random = new RandomStream(SEED, RandomStream.Purpose.TEST, name, 0);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) values[i] = (float) random.gaussian();
    return values;
  }
}
