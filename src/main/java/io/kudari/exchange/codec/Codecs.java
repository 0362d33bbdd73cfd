package io.kudari.exchange.codec;

import io.kudari.setting.Setting;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** All codecs, by name: the list to add one to. */
public final class Codecs {

  /**
   * A codec that can be asked for.
   *
   * @param name in configurations
   * @param doc what is sent
   * @param settings its own
   * @param sparse whether most values are decoded as 0, and wait
   * @param unbiased whether what is decoded is, in the mean over draws, what was encoded
   * @param make makes it of its settings, complete and checked, by key
   */
  public record Kind(
      String name,
      String doc,
      List<Setting<?>> settings,
      boolean sparse,
      boolean unbiased,
      Function<Map<String, Object>, VectorCodec> make) {}

  /** In the order in which they are documented. */
  public static final List<Kind> ALL =
      List.of(
          TopK.KIND,
          RandomK.KIND,
          Threshold.KIND,
          Sign.KIND,
          OneBit.KIND,
          Qsgd.KIND,
          PowerSgd.KIND);

  private Codecs() {}

  /** Whether most values are decoded as 0, and wait. */
  public static boolean isSparse(VectorCodec codec) {
    return ALL.stream().anyMatch(kind -> kind.sparse() && kind.name().equals(codec.name()));
  }
}
