package io.kudari.exchange;

import io.kudari.exchange.codec.Codecs;
import io.kudari.exchange.codec.Learned;
import io.kudari.exchange.codec.VectorCodec;
import io.kudari.math.Layout;
import io.kudari.setting.Setting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Each worker's vector is encoded, and what is decoded of it is summed. Ranks send each other the
 * bytes of every worker, and decode and sum them along the tree. The updated parameters are sent as
 * by {@link Dense}, in 32 bits.
 *
 * @param codec of a vector
 * @param feedback whether what a worker's code has lost is added to its next vector
 */
public record Coded(VectorCodec codec, boolean feedback) implements GradientExchange {

  private static final String FEEDBACK = "error-feedback";

  /** The exchange by a codec. */
  static Exchanges.Kind kind(Codecs.Kind of) {
    List<Setting<?>> settings = new ArrayList<>(of.settings());
    settings.add(
        Setting.flag(
            FEEDBACK,
            !of.unbiased(),
            "whether what a worker's code has lost is added to its next vector"));
    return new Exchanges.Kind(of.name(), of.doc(), settings, given -> parse(of, settings, given));
  }

  private static Coded parse(Codecs.Kind of, List<Setting<?>> settings, Map<String, ?> given) {
    Map<String, Object> all = Setting.complete(of.name(), settings, given);
    return new Coded(of.make().apply(all), (boolean) all.get(FEEDBACK));
  }

  @Override
  public String name() {
    return codec.name();
  }

  @Override
  public Map<String, Object> settings() {
    Map<String, Object> all = new HashMap<>(codec.settings());
    all.put(FEEDBACK, feedback);
    return all;
  }

  @Override
  public boolean isLossy() {
    return true;
  }

  @Override
  public long bytesOfWorker(Layout layout) {
    return feedback ? (long) new Learned(layout).size() * Float.BYTES : 0;
  }

  @Override
  public Codec codec(Layout layout, long seed) {
    return new WorkerCodec(codec, feedback, new Learned(layout), seed);
  }

  @Override
  public Exchange open(TeamMember member, Codec codec) {
    Exchange decoded = Dense.ofComplete(member);
    return member.team().isAlone() ? decoded : new Gathered(member, (WorkerCodec) codec, decoded);
  }
}
