package io.kudari.engine.dl4j;

import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The layout of a Deeplearning4j network's flat parameter vector, read off the network itself. */
final class Dl4jLayout {

  private Dl4jLayout() {}

  private static final List<String> STATISTICS =
      List.of(
          BatchNormalizationParamInitializer.GLOBAL_MEAN,
          BatchNormalizationParamInitializer.GLOBAL_VAR,
          BatchNormalizationParamInitializer.GLOBAL_LOG_STD);

  /**
   * Segments are named {@code <layer>.<Deeplearning4j's name>}, such as {@code 0.W}, where the
   * layer is its index or its name in a graph. Shapes are those of the row-major order in which the
   * elements lie, so a dense weight is [out, in].
   */
  static Layout of(Dl4jNetwork network, boolean named) {
    List<Segment> segments = new ArrayList<>();
    for (Layer layer : network.layers()) {
      var configuration = layer.conf().getLayer();
      ParamInitializer initializer = configuration.initializer();
      for (Map.Entry<String, INDArray> e : layer.paramTable().entrySet()) {
        String name = named ? configuration.getLayerName() : String.valueOf(layer.getIndex());
        Role role = role(initializer, configuration, e.getKey());
        segments.add(
            new Segment(
                name + "." + e.getKey(),
                Math.toIntExact(e.getValue().offset()),
                shape(e.getValue(), role),
                role));
      }
    }
    segments.sort(Comparator.comparingInt(Segment::offset));
    Layout layout = new Layout(segments);
    if (layout.size() != network.parameters().length()) {
      throw new IllegalArgumentException("its parameters are not one contiguous vector");
    }
    return layout;
  }

  private static Role role(
      ParamInitializer initializer,
      org.deeplearning4j.nn.conf.layers.Layer configuration,
      String key) {
    if (initializer instanceof BatchNormalizationParamInitializer) {
      if (STATISTICS.contains(key)) return Role.STATISTIC;
      return key.equals(BatchNormalizationParamInitializer.GAMMA) ? Role.SCALE : Role.BIAS;
    }
    return initializer.isWeightParam(configuration, key) ? Role.WEIGHT : Role.BIAS;
  }

  private static List<Integer> shape(INDArray array, Role role) {
    if (role != Role.WEIGHT) return List.of(Math.toIntExact(array.length()));
    List<Integer> shape = new ArrayList<>();
    for (long n : array.shape()) {
      if (array.ordering() == 'c') shape.add(Math.toIntExact(n));
      else shape.add(0, Math.toIntExact(n));
    }
    return shape;
  }
}
