package io.kudari.engine.dl4j;

import io.kudari.data.Normalizer;
import io.kudari.data.Offsets;
import io.kudari.data.TargetScaling;
import io.kudari.engine.program.ProgramModel;
import io.kudari.math.Segment;
import io.kudari.model.LayerSpec;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes a trained model as a Deeplearning4j zip, which {@code ModelSerializer} restores without
 * anything of this project to a network with the same outputs.
 *
 * <p>The network takes its input as [n, channels, height, width] when a layer that looks at
 * channels comes before the first dense one, else as [n, features]. The normaliser becomes a {@code
 * NormalizerStandardize} in the zip; without one ({@link Normalizer.Method#NONE}) there is none. It
 * works on floats: where a column has an offset, what floats lose of it is lost there. The
 * optimizer is not exported: who trains on sets an updater. Nor is the size of ghost batches, which
 * Deeplearning4j does not know: outputs do not depend on it. Where targets were scaled, the last
 * dense layer has the scaling in its weights and biases, so that outputs are in the targets' own
 * units.
 */
public final class Dl4jExport {

  private Dl4jExport() {}

  /**
   * Writes a network of layers.
   *
   * @param parameters of the network's layout
   * @param normalizer of the model's inputs
   * @param out left open
   * @throws IllegalArgumentException if the normaliser differs between the pixels of a channel and
   *     the network takes images: Deeplearning4j can only normalise their channels; or if targets
   *     were scaled and an activation follows the last dense layer
   */
  public static void write(
      NetworkSpec network, float[] parameters, Normalizer normalizer, OutputStream out)
      throws IOException {
    Nd4jSetup.apply();
    boolean images = NetworkConfiguration.takesImages(network);
    float[] own = inUnitsOf(normalizer.targets(), network, parameters);
    write(json(network), own, normalization(normalizer, network.input(), images), out);
  }

  /** The parameters of the network whose outputs are the predictions. */
  private static float[] inUnitsOf(TargetScaling targets, NetworkSpec network, float[] parameters) {
    if (targets.isNone()) return parameters;
    if (!(network.layers().get(network.layers().size() - 1) instanceof LayerSpec.Dense))
      throw unscalable("a network that ends with an activation");
    List<Segment> segments = network.layout().segments();
    Segment weight = segments.get(segments.size() - 2);
    Segment bias = segments.get(segments.size() - 1);
    float[] own = parameters.clone();
    int inputs = weight.size() / bias.size();
    for (int k = 0; k < bias.size(); k++) {
      double deviation = targets.deviation()[k];
      for (int i = weight.offset() + k * inputs; i < weight.offset() + (k + 1) * inputs; i++)
        own[i] = (float) (own[i] * deviation);
      int b = bias.offset() + k;
      own[b] = (float) (own[b] * deviation + targets.mean()[k]);
    }
    return own;
  }

  private static IllegalArgumentException unscalable(String network) {
    return new IllegalArgumentException(
        network
            + " cannot take the scaling of targets into its last layer:"
            + " data.normalize.target = none learns them as they are");
  }

  /** Writes a model that came from a Deeplearning4j file, as that file has it. */
  public static void write(
      Dl4jFileModel model, float[] parameters, Normalizer normalizer, OutputStream out)
      throws IOException {
    Nd4jSetup.apply();
    if (!normalizer.targets().isNone()) throw unscalable("a Deeplearning4j file's network");
    boolean images = model.inputShape().length > 1;
    write(model.json(), parameters, normalization(normalizer, model.input(), images), out);
  }

  /**
   * Writes any model of this package.
   *
   * @throws IllegalArgumentException if it is another
   */
  public static void write(
      ModelSpec model, float[] parameters, Normalizer normalizer, OutputStream out)
      throws IOException {
    if (model instanceof ProgramModel m) write(m.network(), parameters, normalizer, out);
    else if (model instanceof Dl4jModel m) write(m.network(), parameters, normalizer, out);
    else if (model instanceof Dl4jFileModel m) write(m, parameters, normalizer, out);
    else throw new IllegalArgumentException("not a model with Deeplearning4j's layers: " + model);
  }

  /**
   * Deeplearning4j's own writer would do, but fails when there is a normaliser. Entries bear no
   * time, so that equal models are equal files.
   */
  private static void write(
      String json, float[] parameters, DataNormalization normalization, OutputStream out)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    put(zip, ModelSerializer.CONFIGURATION_JSON, json.getBytes(StandardCharsets.UTF_8));
    put(zip, ModelSerializer.COEFFICIENTS_BIN, coefficients(parameters));
    if (normalization != null) {
      put(zip, ModelSerializer.NORMALIZER_BIN, serialized(normalization));
    }
    zip.finish();
  }

  /**
   * Taken off an initialised network: only then does the text list the parameters' names, by which
   * Deeplearning4j tells variances from logarithms of deviations in batch normalisation.
   */
  private static String json(NetworkSpec network) {
    MultiLayerNetwork initialised = new MultiLayerNetwork(NetworkConfiguration.exported(network));
    try (INDArray values = Nd4j.create(DataType.FLOAT, 1, network.layout().size())) {
      initialised.init(values, false);
      return initialised.getLayerWiseConfigurations().toJson();
    }
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] coefficients(float[] parameters) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (INDArray values = Nd4j.create(DataType.FLOAT, 1, parameters.length)) {
      NativeArrays.write(parameters, parameters.length, values);
      Nd4j.write(values, new DataOutputStream(bytes));
    }
    return bytes.toByteArray();
  }

  private static byte[] serialized(DataNormalization normalization) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    NormalizerSerializer.getDefault().write(normalization, bytes);
    return bytes.toByteArray();
  }

  /** (x − shift) · factor as (x − mean) / deviation; a factor of 0 needs an infinite deviation. */
  private static DataNormalization normalization(
      Normalizer normalizer, Shape input, boolean images) {
    if (normalizer.method() == Normalizer.Method.NONE) return null;
    normalizer.check(input);
    if (images && normalizer.per() == Normalizer.Per.FEATURE && !input.isFlat()) {
      throw new IllegalArgumentException(
          "Deeplearning4j can't normalise each pixel of an image by its own numbers, as "
              + normalizer
              + " does");
    }
    int groups = images ? input.channels() : input.size();
    int each = groups / normalizer.scaling().shift().length;
    Offsets offsets = normalizer.offsets();
    float[] mean = new float[groups];
    float[] deviation = new float[groups];
    for (int i = 0; i < groups; i++) {
      mean[i] = (float) (offsets.of(i) + normalizer.scaling().shift()[i / each]);
      deviation[i] = 1 / normalizer.scaling().factor()[i / each];
    }
    return new NormalizerStandardize(
        Nd4j.createFromArray(mean).reshape(1, groups),
        Nd4j.createFromArray(deviation).reshape(1, groups));
  }
}
