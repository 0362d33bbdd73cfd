package io.kudari.exchange.codec;

import io.kudari.math.Slice;
import io.kudari.setting.Setting;
import java.util.List;
import java.util.Locale;

/** Which values of a vector share what they are decoded as. */
public enum Scale {

  /** The fan-in of a unit: a row of a weight matrix, a filter of a convolution; a whole vector. */
  UNIT {
    @Override
    List<Slice> groups(Learned layout) {
      return layout.units();
    }
  },

  /** A whole segment, such as a weight matrix. */
  SEGMENT {
    @Override
    List<Slice> groups(Learned layout) {
      return layout.segments();
    }
  };

  static final Setting<Scale> SETTING =
      Setting.choice(
          "scale",
          UNIT,
          Scale.class,
          "which values share a magnitude: those of a unit's weights, or of a whole segment");

  /** As a configuration writes it. */
  String written() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Contiguous, covering the packed values. */
  abstract List<Slice> groups(Learned layout);
}
