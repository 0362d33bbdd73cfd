package io.kudari.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.data.Filling;
import io.kudari.data.Normalizer;
import io.kudari.data.Offsets;
import io.kudari.data.TargetScaling;
import io.kudari.data.file.JsonFile;
import io.kudari.model.Scaling;
import java.util.List;

/**
 * {@code normalizer.json} of a {@link ModelFolder}.
 *
 * @param shift floats as doubles: the shortest decimal of a float, read as a double, may round to
 *     another float
 * @param factor as the shift
 * @param offset of columns; empty, and then not written, where there is none
 * @param fill of gaps by feature; empty, and then not written, where none are filled
 * @param targetMean of a regression's targets; empty, and then not written, where they are learned
 *     as they are
 * @param targetDeviation likewise
 */
@SuppressWarnings("ArrayRecordComponent")
record NormalizerJson(
    Normalizer.Method method,
    Normalizer.Per per,
    double[] shift,
    double[] factor,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) double[] offset,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) double[] fill,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) double[] targetMean,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) double[] targetDeviation) {

  static NormalizerJson of(Normalizer normalizer) {
    return new NormalizerJson(
        normalizer.method(),
        normalizer.per(),
        doubles(normalizer.scaling().shift()),
        doubles(normalizer.scaling().factor()),
        normalizer.offsets().values(),
        doubles(normalizer.filling().values()),
        doubles(normalizer.targets().mean()),
        doubles(normalizer.targets().deviation()));
  }

  static NormalizerJson read(String place, byte[] bytes) {
    ObjectNode json = JsonFile.object(place, bytes);
    for (String key : List.of("offset", "fill", "targetMean", "targetDeviation"))
      if (!json.has(key)) json.putArray(key);
    return JsonFile.read(place, json, NormalizerJson.class);
  }

  /**
   * The normaliser.
   *
   * @throws IllegalArgumentException when a number cannot be
   */
  Normalizer normalizer() {
    Offsets offsets = offset.length == 0 ? Offsets.NONE : new Offsets(offset);
    Filling filling = fill.length == 0 ? Filling.NONE : new Filling(floats(fill));
    Scaling scaling = new Scaling(floats(shift), floats(factor));
    TargetScaling targets = new TargetScaling(floats(targetMean), floats(targetDeviation));
    return new Normalizer(method, per, scaling, offsets, filling, targets);
  }

  private static double[] doubles(float[] floats) {
    double[] doubles = new double[floats.length];
    for (int i = 0; i < doubles.length; i++) doubles[i] = floats[i];
    return doubles;
  }

  private static float[] floats(double[] doubles) {
    float[] floats = new float[doubles.length];
    for (int i = 0; i < floats.length; i++) floats[i] = (float) doubles[i];
    return floats;
  }
}
