package io.kudari.engine.dl4j;

import io.kudari.engine.processor.NativeSetup;
import java.lang.reflect.Field;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNSubsamplingHelper;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Gives Deeplearning4j's convolution and pooling layers their oneDNN helpers.
 *
 * <p>Deeplearning4j 1.0.0-M2.1 never does so itself: it asks a class that has moved whether oneDNN
 * is there, and takes its absence for a no. The helpers are therefore put into the layers' {@code
 * helper} field, by reflection. The other cure, a class of the old name, would change every network
 * in the process and live in somebody else's package.
 */
final class OneDnn {

  private static final Field CONVOLUTION = helper(ConvolutionLayer.class);
  private static final Field POOLING = helper(SubsamplingLayer.class);

  private OneDnn() {}

  /** Speeds up a network's layers of exactly these two classes; they compute in float. */
  static void accelerate(Layer[] layers) {
    Nd4jSetup.apply();
    if (!hasOneDnn()) return;
    try {
      for (Layer layer : layers) {
        if (layer.getClass() == ConvolutionLayer.class) {
          CONVOLUTION.set(layer, new MKLDNNConvHelper(DataType.FLOAT));
        } else if (layer.getClass() == SubsamplingLayer.class) {
          POOLING.set(layer, new MKLDNNSubsamplingHelper(DataType.FLOAT));
        }
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The folder that ND4J's library was loaded from is named after its classifier. */
  private static boolean hasOneDnn() {
    return NativeSetup.loadedFrom("libnd4jcpu")
        .map(path -> path.getParent().getFileName().toString().contains("onednn"))
        .orElse(false);
  }

  private static Field helper(Class<?> layer) {
    try {
      Field field = layer.getDeclaredField("helper");
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("not the Deeplearning4j this was written for", e);
    }
  }
}
