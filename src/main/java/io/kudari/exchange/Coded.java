package io.kudari.exchange;

import io.kudari.exchange.codec.Codecs;
import io.kudari.exchange.codec.Learned;
import io.kudari.exchange.codec.VectorCodec;
import io.kudari.math.Layout;
import io.kudari.setting.Setting;
import io.kudari.setting.SettingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Each worker's vector is encoded, and what is decoded of it is summed. Ranks send each other the
 * bytes of every worker, decode and sum them along the tree, and all update the whole vector: no
 * parameters are sent.
 *
 * @param codec of a vector
 * @param feedback whether what a worker's code has lost is added to its next vector
 * @param correction what a worker does before a sparse code
 */
record Coded(VectorCodec codec, boolean feedback, Correction correction)
    implements GradientExchange {

  private static final String FEEDBACK = "error-feedback";

  /** The exchange by a codec. */
  static Exchanges.Kind kind(Codecs.Kind of) {
    List<Setting<?>> settings = new ArrayList<>(of.settings());
    settings.add(
        Setting.flag(
            FEEDBACK,
            !of.unbiased(),
            "whether what a worker's code has lost is added to its next vector"));
    if (of.sparse()) settings.addAll(Correction.SETTINGS);
    return new Exchanges.Kind(of.name(), of.doc(), settings, given -> parse(of, settings, given));
  }

  private static Coded parse(Codecs.Kind of, List<Setting<?>> settings, Map<String, ?> given) {
    Map<String, Object> all = Setting.complete(of.name(), settings, given);
    boolean feedback = (boolean) all.get(FEEDBACK);
    Correction correction = Correction.of(all);
    if (correction.hasMomentum() && !feedback)
      throw new SettingException("momentum", "needs error-feedback = true");
    return new Coded(of.make().apply(all), feedback, correction);
  }

  @Override
  public String name() {
    return codec.name();
  }

  @Override
  public Map<String, Object> settings() {
    Map<String, Object> all = new HashMap<>(codec.settings());
    all.put(FEEDBACK, feedback);
    if (Codecs.isSparse(codec)) all.putAll(correction.settings());
    return all;
  }

  @Override
  public boolean isLossy() {
    return true;
  }

  @Override
  public boolean isReplicated() {
    return true;
  }

  @Override
  public long bytesOfWorker(Layout layout) {
    Learned learned = new Learned(layout);
    int vectors = (feedback ? 1 : 0) + (correction.hasMomentum() ? 1 : 0);
    return Float.BYTES * ((long) vectors * learned.size() + codec.memory(learned));
  }

  @Override
  public Codec codec(Layout layout, long seed) {
    return new WorkerCodec(codec, feedback, correction, new Learned(layout), seed);
  }

  @Override
  public Exchange open(TeamMember member, Codec codec) {
    Exchange decoded = Dense.ofComplete(member);
    return member.team().isAlone() ? decoded : new Gathered(member, (WorkerCodec) codec, decoded);
  }
}
