package io.kudari.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Normalizer;
import io.kudari.data.TargetScaling;
import io.kudari.engine.Networks;
import io.kudari.model.GradientFunction;
import io.kudari.model.LayerSpec;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Scaling;
import io.kudari.model.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.factory.Nd4j;

class Dl4jExportTest {

  private static final int EXAMPLES = 5;

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> everyNetworkIsRestoredToTheSameOutputs() {
    return Networks.all().entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> checkRestored(e)));
  }

  private void checkRestored(Map.Entry<String, NetworkSpec> named) throws IOException {
    ModelSpec model = new Dl4jModel(named.getValue());
    float[] parameters = Networks.parameters(model, 51);
    MiniBatch batch = Networks.batch(model, EXAMPLES, 52);
    Path zip = export(model, parameters, Normalizer.none());
    MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(zip.toFile());
    assertArrayEquals(parameters, restored.params().toFloatVector());
    INDArray x = array(batch.features(), named.getValue());
    float[] outputs = outputs(model, parameters, batch);
    assertArrayEquals(outputs, restored.output(x).ravel().toFloatVector(), 1e-6f);
    String json = restored.getLayerWiseConfigurations().toJson();
    assertFalse(json.contains("kudari"), "nothing of this project is needed to read it");
    assertNull(ModelSerializer.restoreNormalizerFromFile(zip.toFile()));
  }

  private Path export(ModelSpec model, float[] parameters, Normalizer normalizer)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Dl4jExport.write(model, parameters, normalizer, bytes);
    return Files.write(folder.resolve("model.zip"), bytes.toByteArray());
  }

  private static INDArray array(float[] features, NetworkSpec network) {
    Shape in = network.input();
    INDArray x = Nd4j.createFromArray(features);
    return NetworkConfiguration.takesImages(network)
        ? x.reshape(EXAMPLES, in.channels(), in.height(), in.width())
        : x.reshape(EXAMPLES, in.size());
  }

  private static float[] outputs(ModelSpec model, float[] parameters, MiniBatch batch) {
    float[] outputs = new float[EXAMPLES * model.outputs()];
    try (GradientFunction f = model.open()) {
      f.outputs(parameters, batch, outputs);
    }
    return outputs;
  }

  @Test
  void theNormaliserOfChannelsIsRestored() throws IOException {
    NetworkSpec network = Networks.all().get("two convolutions");
    float[] shift = {100, 30};
    float[] factor = {1 / 64f, 1 / 16f};
    checkNormaliser(
        network,
        new Normalizer(
            Normalizer.Method.Z_SCORE, Normalizer.Per.CHANNEL, new Scaling(shift, factor)));
  }

  @Test
  void theDivisorOfAllPixelsIsRestored() throws IOException {
    checkNormaliser(Networks.all().get("two convolutions"), Normalizer.scale(255));
    checkNormaliser(Networks.all().get("dense on an image"), Normalizer.scale(255));
  }

  @Test
  void theNormaliserOfFeaturesIsRestoredWithItsConstantFeatures() throws IOException {
    NetworkSpec network = Networks.all().get("dense relu");
    float[] shift = {1, 20, 3, 4, 5, 60, 7};
    float[] factor = {0.5f, 0, 0.125f, 3, 0.01f, 0, 0.3f};
    checkNormaliser(
        network,
        new Normalizer(
            Normalizer.Method.MIN_MAX, Normalizer.Per.FEATURE, new Scaling(shift, factor)));
  }

  private void checkNormaliser(NetworkSpec network, Normalizer normalizer) throws IOException {
    ModelSpec model = new Dl4jModel(network);
    float[] parameters = Networks.parameters(model, 53);
    MiniBatch batch = Networks.batch(model, EXAMPLES, 55, normalizer.scaling());
    float[] values = new float[EXAMPLES * network.input().size()];
    for (int i = 0; i < values.length; i++) values[i] = batch.bytes()[i] & 0xff;

    Path zip = export(model, parameters, normalizer);
    DataNormalization restored = ModelSerializer.restoreNormalizerFromFile(zip.toFile());
    INDArray x = array(values, network);
    restored.transform(x);
    float[] normalised = x.ravel().toFloatVector();
    for (int i = 0; i < values.length; i++) {
      assertEquals(
          batch.features()[i], normalised[i], 1e-6f * Math.max(1, Math.abs(normalised[i])));
    }
    assertArrayEquals(
        outputs(model, parameters, batch),
        ModelSerializer.restoreMultiLayerNetwork(zip.toFile()).output(x).ravel().toFloatVector(),
        1e-5f);
  }

  @TestFactory
  Stream<DynamicTest> outputsOfTheRestoredNetworkAreInTheTargetsOwnUnits() {
    return Networks.all().entrySet().stream()
        .filter(
            e ->
                e.getValue().layers().get(e.getValue().layers().size() - 1)
                    instanceof LayerSpec.Dense)
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> checkTargets(e.getValue())));
  }

  private void checkTargets(NetworkSpec network) throws IOException {
    ModelSpec model = new Dl4jModel(network);
    float[] mean = new float[network.outputs()];
    float[] deviation = new float[network.outputs()];
    for (int k = 0; k < mean.length; k++) {
      mean[k] = 100 - 30 * k;
      deviation[k] = 2.5f + k;
    }
    TargetScaling targets = new TargetScaling(mean, deviation);
    float[] parameters = Networks.parameters(model, 51);
    MiniBatch batch = Networks.batch(model, EXAMPLES, 52);
    float[] expected = outputs(model, parameters, batch);
    targets.restore(expected, EXAMPLES);
    Path zip = export(model, parameters, Normalizer.none().with(targets));
    MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(zip.toFile());
    float[] found = restored.output(array(batch.features(), network)).ravel().toFloatVector();
    assertArrayEquals(expected, found, 2e-5f);
  }

  @Test
  void scaledTargetsOfANetworkThatEndsWithAnActivationAreRefused() {
    NetworkSpec network =
        Networks.all().values().stream()
            .filter(n -> !(n.layers().get(n.layers().size() - 1) instanceof LayerSpec.Dense))
            .findFirst()
            .orElseThrow();
    ModelSpec model = new Dl4jModel(network);
    float[] ones = new float[network.outputs()];
    Arrays.fill(ones, 1);
    Normalizer scaled = Normalizer.none().with(new TargetScaling(ones, ones));
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> export(model, Networks.parameters(model, 51), scaled));
    assertTrue(e.getMessage().contains("data.normalize.target = none"), e.getMessage());
  }

  @Test
  void aNormaliserThatDl4jCannotExpressIsRefused() {
    NetworkSpec network = Networks.all().get("max pooling");
    float[] ones = new float[network.input().size()];
    Arrays.fill(ones, 1);
    Normalizer pixels =
        new Normalizer(Normalizer.Method.Z_SCORE, Normalizer.Per.FEATURE, new Scaling(ones, ones));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> export(new Dl4jModel(network), new float[0], pixels))
            .getMessage();
    assertTrue(message.contains("each pixel"), message);
  }

  @Test
  void equalModelsAreEqualFiles() throws IOException {
    ModelSpec model = new Dl4jModel(Networks.all().get("dense relu"));
    float[] parameters = Networks.parameters(model, 57);
    byte[] first = Files.readAllBytes(export(model, parameters, Normalizer.scale(255)));
    byte[] second = Files.readAllBytes(export(model, parameters, Normalizer.scale(255)));
    assertArrayEquals(first, second);
  }

  @Test
  void aModelFromAFileIsExportedAsItWas() throws IOException {
    Nd4jSetup.apply();
    String json = NetworkConfiguration.exported(Networks.all().get("dropout of units")).toJson();
    ModelSpec model = Dl4jFileModel.parse(json, "model.json", Shape.flat(7));
    float[] parameters = Networks.parameters(model, 56);
    Path zip = export(model, parameters, Normalizer.none());
    MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(zip.toFile());
    try (ZipFile entries = new ZipFile(zip.toFile())) {
      byte[] written =
          entries.getInputStream(entries.getEntry("configuration.json")).readAllBytes();
      assertEquals(json, new String(written, StandardCharsets.UTF_8));
    }
    assertArrayEquals(parameters, restored.params().toFloatVector());
  }
}
