package io.kudari.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.checkpoint.ModelFolder;
import io.kudari.checkpoint.SavedModel;
import io.kudari.config.ConfigurationException;
import io.kudari.config.ModelSettings;
import io.kudari.data.Normalizer;
import io.kudari.data.Offsets;
import io.kudari.data.Schema;
import io.kudari.engine.dl4j.Dl4jFileModel;
import io.kudari.math.Fingerprint;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.Loss;
import io.kudari.model.Scaling;
import io.kudari.model.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Folders of trained models, as they are and forged; Deeplearning4j's configurations. */
final class ModelFormats {

  private ModelFormats() {}

  static List<Format> all(Path folder) throws IOException {
    SavedModel model = model();
    Path at = folder.resolve("m");
    ModelFolder.write(path(at), Truth.HADOOP, model);
    Map<String, byte[]> files = files(at);
    return List.of(
        new Format("model", files, (f, changed) -> assertSame(model, read(f))),
        new Format("model, forged", files, ModelFormats::forge, (f, changed) -> forged(f)),
        new Format(
            "dl4j stack",
            Map.of("d.json", compact(stack())),
            (f, c) -> dl4j(c, new Shape(1, 5, 5))),
        new Format(
            "dl4j graph", Map.of("d.json", compact(graph())), (f, c) -> dl4j(c, Shape.flat(5))));
  }

  static org.apache.hadoop.fs.Path path(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  /** All files of a folder but Hadoop's own checksums. */
  static Map<String, byte[]> files(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList())
        if (!file.getFileName().toString().endsWith(".crc"))
          files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
    }
    return files;
  }

  private static SavedModel model() {
    Layout layout =
        new Layout(
            List.of(
                new Segment("0.weight", 0, List.of(2, 3), Role.WEIGHT),
                new Segment("0.bias", 6, List.of(2), Role.BIAS)));
    return new SavedModel(
        "{\"layers\":[{\"type\":\"dense\",\"units\":2},"
            + "{\"type\":\"activation\",\"function\":\"softmax\"}],"
            + "\"loss\":\"cross-entropy\"}",
        layout,
        new float[] {1, -2, 0.5f, 1e-30f, 7, 0, -0.0f, 3},
        new Normalizer(
            Normalizer.Method.Z_SCORE,
            Normalizer.Per.FEATURE,
            new Scaling(new float[] {0.1f, -3, 1e30f}, new float[] {1 / 255f, 0, 2}),
            new Offsets(new double[] {1_700_000_000.1, 0, 5})),
        new Schema(
            Shape.flat(3), 2, 0, List.of("cat", "dog"), List.of("x", "y", "z"), List.of("kind")),
        4,
        Loss.CROSS_ENTROPY,
        "1.2.3");
  }

  private static SavedModel read(Path folder) throws IOException {
    return ModelFolder.read(path(folder), Truth.HADOOP);
  }

  private static void assertSame(SavedModel expected, SavedModel found) {
    assertEquals(expected.modelJson(), found.modelJson());
    assertEquals(expected.layout(), found.layout());
    assertArrayEquals(expected.parameters(), found.parameters());
    assertEquals(expected.schema(), found.schema());
    assertEquals(expected.workers(), found.workers());
    assertEquals(expected.loss(), found.loss());
    assertEquals(expected.version(), found.version());
    Normalizer a = expected.normalizer();
    Normalizer b = found.normalizer();
    assertEquals(a.method(), b.method());
    assertEquals(a.per(), b.per());
    assertArrayEquals(a.scaling().shift(), b.scaling().shift());
    assertArrayEquals(a.scaling().factor(), b.scaling().factor());
    assertArrayEquals(a.offsets().values(), b.offsets().values());
  }

  /** A manifest that agrees with the files, as whoever may write the folder can make it. */
  private static Map<String, byte[]> forge(Map<String, byte[]> files) {
    StringBuilder manifest = new StringBuilder("{\"format\": 2, \"files\": {");
    String between = "";
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (file.getKey().equals("manifest.json")) continue;
      byte[] content = file.getValue();
      manifest.append(between).append('"').append(file.getKey()).append("\": {\"bytes\": ");
      manifest.append(content.length).append(", \"sha256\": \"");
      manifest.append(Fingerprint.sha256(content)).append("\"}");
      between = ", ";
    }
    Map<String, byte[]> forged = new TreeMap<>(files);
    forged.put("manifest.json", (manifest + "}}").getBytes(UTF_8));
    return forged;
  }

  /** What is accepted fits together, and is the same when it is written and read again. */
  private static void forged(Path folder) throws Exception {
    SavedModel found = read(folder);
    assertEquals(found.layout().size(), found.parameters().length);
    for (float value : found.parameters()) assertTrue(Float.isFinite(value), "parameter " + value);
    for (float value : found.normalizer().scaling().factor())
      assertTrue(Float.isFinite(value), "factor " + value);
    for (float value : found.normalizer().scaling().shift())
      assertTrue(Float.isFinite(value), "shift " + value);
    for (double value : found.normalizer().offsets().values())
      assertTrue(Double.isFinite(value), "offset " + value);
    assertEquals(
        found.classNames().size(), found.classNames().stream().distinct().count(), "class names");
    ModelFolder.write(path(folder.resolve("again")), Truth.HADOOP, found);
    assertSame(found, read(folder.resolve("again")));
    ModelSettings settings = ModelSettings.parse("model.json", found.modelJson());
    if (!settings.dl4j().isEmpty()) return;
    var network = settings.network(found.input(), found.outputs());
    assertEquals(found.outputs(), network.outputs());
  }

  /** Without the white space, which hardly any change would hit. */
  private static byte[] compact(String json) throws IOException {
    return new ObjectMapper().readTree(json).toString().getBytes(UTF_8);
  }

  private static String stack() {
    return new NeuralNetConfiguration.Builder()
        .list()
        .layer(new ConvolutionLayer.Builder(2, 2).nOut(2).activation(Activation.RELU).build())
        .layer(new DenseLayer.Builder().nOut(4).activation(Activation.TANH).dropOut(0.5).build())
        .layer(output())
        .setInputType(InputType.convolutional(5, 5, 1))
        .build()
        .toJson();
  }

  private static String graph() {
    return new NeuralNetConfiguration.Builder()
        .graphBuilder()
        .addInputs("in")
        .addLayer("left", new DenseLayer.Builder().nOut(4).build(), "in")
        .addLayer("right", new DenseLayer.Builder().nOut(3).build(), "in")
        .addVertex("both", new MergeVertex(), "left", "right")
        .addLayer("out", output(), "both")
        .setOutputs("out")
        .setInputTypes(InputType.feedForward(5))
        .build()
        .toJson();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** As the command opens {@code model.dl4j}. */
  private static void dl4j(Map<String, byte[]> files, Shape input) {
    String json = new String(files.get("d.json"), UTF_8);
    Dl4jFileModel model;
    try {
      Loss unused = Dl4jFileModel.loss(json, "model.dl4j");
      model = Dl4jFileModel.parse(json, "model.dl4j", input);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(e.getMessage(), e);
    }
    assertEquals(input, model.input());
    assertTrue(model.outputs() > 0, "outputs");
    assertEquals(model.layout().size(), model.initial(1).length);
  }
}
