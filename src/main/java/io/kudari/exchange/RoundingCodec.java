package io.kudari.exchange;

import io.kudari.collective.Precision;
import io.kudari.exchange.codec.Learned;
import io.kudari.math.Floats;
import java.util.HashMap;
import java.util.Map;

/**
 * Rounds the vectors of some workers and their partial sums, with error feedback for what the
 * rounding of a worker's own vector loses. A vector that is not finite, or is not when it has been
 * rounded, is left so for whoever guards the sum, and its worker's residual stays. Running
 * statistics are rounded too, without feedback. Not thread-safe.
 */
final class RoundingCodec implements Codec {

  private static final float[][] NOTHING = new float[0][];

  private final Precision precision;
  private final boolean feedback;
  private final Learned learned;
  private final float[] packed;
  private final float[] rounded;
  private final Map<Integer, float[]> residuals = new HashMap<>();

  RoundingCodec(Precision precision, boolean feedback, Learned learned) {
    this.precision = precision;
    this.feedback = feedback;
    this.learned = learned;
    this.packed = new float[feedback ? learned.size() : 0];
    this.rounded = new float[packed.length];
  }

  @Override
  public void code(int worker, long step, float[] values) {
    if (feedback) feed(residuals.computeIfAbsent(worker, w -> new float[packed.length]), values);
    round(values);
  }

  private void feed(float[] residual, float[] values) {
    learned.pack(values, packed);
    Floats.add(packed, residual, 0, packed.length);
    System.arraycopy(packed, 0, rounded, 0, packed.length);
    precision.round(rounded, 0, rounded.length);
    learned.unpack(rounded, values);
    if (Floats.firstNonFinite(rounded, 0, rounded.length) >= 0) return;
    for (int i = 0; i < residual.length; i++) residual[i] = packed[i] - rounded[i];
  }

  @Override
  public void round(float[] values) {
    precision.round(values, 0, values.length);
  }

  @Override
  public boolean keeps() {
    return feedback;
  }

  @Override
  public float[][] kept(int worker) {
    float[] residual = residuals.get(worker);
    return residual == null ? NOTHING : new float[][] {residual.clone()};
  }

  @Override
  public void keep(int worker, float[][] kept) {
    if (kept.length == 0) {
      residuals.remove(worker);
      return;
    }
    if (kept.length != 1 || kept[0].length != packed.length)
      throw new IllegalArgumentException(
          "the state has %d values of residuals of worker %d, not %d"
              .formatted(kept[0].length, worker, packed.length));
    residuals.put(worker, kept[0].clone());
  }

  @Override
  public double residualSquares(float[][] of) {
    return of.length > 0 ? Floats.sumOfSquares(of[0], 0, of[0].length) : 0;
  }
}
