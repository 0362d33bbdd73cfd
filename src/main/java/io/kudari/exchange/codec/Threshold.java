package io.kudari.exchange.codec;

import io.kudari.setting.Setting;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Every value of at least a threshold in magnitude is sent as the threshold, with its sign; with
 * feedback the rest waits (Strom, "Scalable distributed DNN training using commodity GPU cloud
 * computing", Interspeech 2015). The threshold is fixed, in units of the vectors that are sent:
 * sums over a worker's examples of the step, not means.
 *
 * <p>Bytes: how many values, as 32 bits; of each, by ascending index, 32 bits, of which the highest
 * is set where the value is negative and the others are its index.
 *
 * @param threshold above 0
 */
public record Threshold(double threshold) implements VectorCodec {

  static final Setting<Double> THRESHOLD =
      Setting.number(
          "threshold",
          0.5,
          "(0, 3e38]",
          "least magnitude of what is sent, in a worker's sum over its examples");

  static final Codecs.Kind KIND =
      new Codecs.Kind(
          "threshold",
          "32 bits for every value of at least the `threshold` in magnitude, which is sent as the"
              + " threshold with its sign (Strom 2015)",
          List.of(THRESHOLD),
          true,
          false,
          settings -> new Threshold((double) settings.get(THRESHOLD.key())));

  @Override
  public String name() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(THRESHOLD.key(), threshold);
  }

  @Override
  public int bytes(Learned layout) {
    return Bytes.length(4L + 4L * layout.size());
  }

  /** At least the smallest float above 0. */
  private float step() {
    return Math.max(Float.MIN_VALUE, (float) threshold);
  }

  @Override
  public void encode(Learned layout, float[] values, Draw draw, ByteBuffer out) {
    float step = step();
    int start = out.position();
    out.putInt(0);
    int count = 0;
    for (int i = 0; i < layout.size(); i++) {
      if (Math.abs(values[i]) < step) continue;
      out.putInt(values[i] < 0 ? i | Integer.MIN_VALUE : i);
      count++;
    }
    out.putInt(start, count);
  }

  @Override
  public void decode(Learned layout, ByteBuffer in, Draw draw, float[] into) {
    if (in.remaining() < 4) Bytes.checkLength(name(), in, 4);
    int count = in.getInt();
    Bytes.checkLength(name(), in, 4L * count);
    float step = step();
    Arrays.fill(into, 0, layout.size(), 0f);
    int index = -1;
    for (int n = 0; n < count; n++) {
      int code = in.getInt();
      index = Bytes.index(name(), code & Integer.MAX_VALUE, index, layout.size());
      into[index] = code < 0 ? -step : step;
    }
  }
}
