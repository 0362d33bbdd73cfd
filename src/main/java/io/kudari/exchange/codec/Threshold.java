package io.kudari.exchange.codec;

import io.kudari.setting.Setting;
import io.kudari.setting.SettingException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Every value of at least a threshold in magnitude is sent as the threshold, with its sign; with
 * feedback the rest waits (Strom, "Scalable distributed DNN training using commodity GPU cloud
 * computing", Interspeech 2015). A worker's threshold is in units of the vectors that are sent:
 * sums over its examples of the step, not means. It adapts, so that the share of values that is
 * sent stays within a band: after a step that sent more than the band allows it is multiplied by
 * 1.2, after one that sent less divided by 1.2. So does that of Deeplearning4j's gradient sharing,
 * with a band of 0.01% to 1% and a factor of 2^(1/20). A higher band learns worse: the more is
 * sent, the smaller is the step that every value sent takes, however large what waits behind it.
 *
 * <p>Bytes: the threshold as a float; how many values, as 32 bits; of each, by ascending index, 32
 * bits, of which the highest is set where the value is negative and the others are its index.
 *
 * @param threshold of the first step, above 0
 * @param least share of the values below which the threshold falls; 0 for never
 * @param most share of the values above which the threshold rises; 1 for never
 */
public record Threshold(double threshold, double least, double most) implements VectorCodec {

  static final Setting<Double> THRESHOLD =
      Setting.number(
          "threshold",
          0.5,
          "(0, 3e38]",
          "least magnitude of what is sent at first, in a worker's sum over its examples");
  static final Setting<Double> LEAST =
      Setting.number(
          "least-share", 0.001, "[0, 1]", "the threshold falls after a step that sends less");
  static final Setting<Double> MOST =
      Setting.number(
          "most-share", 0.01, "(0, 1]", "the threshold rises after a step that sends more");

  static final Codecs.Kind KIND =
      new Codecs.Kind(
          "threshold",
          "32 bits for every value of at least a threshold in magnitude, which is sent as the"
              + " threshold with its sign (Strom 2015); the threshold adapts, so that the share"
              + " that is sent is within a band",
          List.of(THRESHOLD, LEAST, MOST),
          true,
          false,
          Threshold::of);

  private static final double FACTOR = 1.2;

  /**
   * @throws SettingException when the band is empty
   */
  private static Threshold of(Map<String, Object> settings) {
    double least = (double) settings.get(LEAST.key());
    double most = (double) settings.get(MOST.key());
    if (least > most)
      throw new SettingException(
          LEAST.key(), "must be at most most-share, " + most + ", not " + least);
    return new Threshold((double) settings.get(THRESHOLD.key()), least, most);
  }

  @Override
  public String name() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(THRESHOLD.key(), threshold, LEAST.key(), least, MOST.key(), most);
  }

  @Override
  public int bytes(Learned layout) {
    return Bytes.length(8L + 4L * layout.size());
  }

  private boolean adapts() {
    return least > 0 || most < 1;
  }

  @Override
  public int memory(Learned layout) {
    return adapts() ? 1 : 0;
  }

  /** A normal number, finite. */
  private static float within(double threshold) {
    return (float) Math.max(Float.MIN_NORMAL, Math.min(Float.MAX_VALUE, threshold));
  }

  @Override
  public void encode(Learned layout, float[] values, Draw draw, ByteBuffer out) {
    encode(layout, values, new float[1], draw, out);
  }

  @Override
  public void encode(Learned layout, float[] values, float[] memory, Draw draw, ByteBuffer out) {
    float step = memory[0] > 0 ? memory[0] : within(threshold);
    int count = encode(layout, values, step, out);
    double share = (double) count / layout.size();
    memory[0] = within(share > most ? step * FACTOR : share < least ? step / FACTOR : step);
  }

  private int encode(Learned layout, float[] values, float step, ByteBuffer out) {
    int start = out.position();
    out.putFloat(step).putInt(0);
    int count = 0;
    for (int i = 0; i < layout.size(); i++) {
      if (Math.abs(values[i]) < step) continue;
      out.putInt(values[i] < 0 ? i | Integer.MIN_VALUE : i);
      count++;
    }
    out.putInt(start + 4, count);
    return count;
  }

  @Override
  public void decode(Learned layout, ByteBuffer in, Draw draw, float[] into) {
    if (in.remaining() < 8) Bytes.checkLength(name(), in, 8);
    float step = Bytes.scale(name(), in);
    int count = in.getInt();
    Bytes.checkLength(name(), in, 4L * count);
    Arrays.fill(into, 0, layout.size(), 0f);
    int index = -1;
    for (int n = 0; n < count; n++) {
      int code = in.getInt();
      index = Bytes.index(name(), code & Integer.MAX_VALUE, index, layout.size());
      into[index] = code < 0 ? -step : step;
    }
  }
}
