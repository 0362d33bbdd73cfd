package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.data.file.JsonFile;
import io.kudari.math.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * Makes the files that a user should not have given. All lie in one folder.
 *
 * @param folder where they are made
 */
record BadInputs(Path folder) {

  /** A table of 60 rows of two features and a class. */
  static final String TABLE =
      "a,b,y\n"
          + IntStream.range(0, 60)
              .mapToObj(i -> i + "," + i * 2 % 7 + "," + i % 3 + "\n")
              .collect(Collectors.joining());

  /** A small network on that table. */
  static final String CONFIG =
      """
      data { train { format = csv, file = x.csv, label = y }, validation = 0.2 }
      model { layers = [ { type = dense, units = 4, activation = relu }, { type = dense, units = auto } ] }
      optimizer { name = sgd, learning-rate = 0.1 }
      train { epochs = 2, batch = 16, workers = 2, strategy = serial }
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  Path file(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  /** A configuration of what is above, and its data. */
  void usual() throws IOException {
    file("x.csv", TABLE);
    file("t.conf", CONFIG);
  }

  /** A pipe that nobody writes to. */
  void pipe(String name) throws Exception {
    Files.createDirectories(folder.resolve(name).getParent());
    Process made = new ProcessBuilder("mkfifo", folder.resolve(name).toString()).start();
    assertEquals(0, made.waitFor());
  }

  /** A name that stands for a device on which no byte has room. */
  void full(String name) throws IOException {
    Path link = folder.resolve(name);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of("/dev/full"));
  }

  /** A run that has ended, in {@code out}. */
  void run(String... more) throws IOException {
    usual();
    List<String> args = new ArrayList<>(List.of("train", path("t.conf"), "--out"));
    args.add(path("out"));
    args.addAll(List.of(more));
    BadInputTest.Outcome ended = BadInputTest.run(args);
    assertEquals(0, ended.code(), ended.errors());
  }

  String path(String name) {
    return folder.resolve(name).toString();
  }

  /** Changes a file of the run's model so that its sums fit again. */
  void changeModel(String name, Consumer<ObjectNode> change) throws IOException {
    change(folder.resolve("out/model"), name, change);
  }

  private static void change(Path within, String name, Consumer<ObjectNode> change)
      throws IOException {
    ObjectNode content = (ObjectNode) JSON.readTree(within.resolve(name).toFile());
    change.accept(content);
    byte[] bytes = JSON.writeValueAsBytes(content);
    Files.write(within.resolve(name), bytes);
    ObjectNode manifest = (ObjectNode) JSON.readTree(within.resolve("manifest.json").toFile());
    ObjectNode entry = (ObjectNode) manifest.get("files").get(name);
    entry.put("bytes", bytes.length).put("sha256", Fingerprint.sha256(bytes));
    Files.write(within.resolve("manifest.json"), JsonFile.bytes(manifest));
  }

  /** Changes what the newest checkpoint says of its numbers so that its sums fit again. */
  void changeState(Consumer<ObjectNode> change) throws IOException {
    try (var all = Files.list(folder.resolve("out/checkpoints"))) {
      Path newest = all.filter(Files::isDirectory).max(Comparator.naturalOrder()).orElseThrow();
      change(newest, "state.json", change);
    }
  }

  /** Numbers of the newest checkpoint's state, by name. */
  void changeNumbers(String name, String... values) throws IOException {
    changeState(
        state -> {
          ArrayNode numbers = state.withObject("/numbers").putArray(name);
          for (String value : values) numbers.add(value);
        });
  }

  /** Damages every checkpoint of the run. */
  void damageCheckpoints() throws IOException {
    try (var checkpoints = Files.list(folder.resolve("out/checkpoints"))) {
      for (Path checkpoint : checkpoints.filter(Files::isDirectory).toList()) {
        Path parameters = checkpoint.resolve("parameters.f32");
        byte[] bytes = Files.readAllBytes(parameters);
        bytes[1] ^= 1;
        Files.write(parameters, bytes);
      }
    }
  }

  /** A Deeplearning4j stack of two layers for the table, changed. */
  void stack(Consumer<ObjectNode> change) throws IOException {
    ObjectNode json =
        (ObjectNode)
            JSON.readTree(
                new NeuralNetConfiguration.Builder()
                    .list()
                    .layer(new DenseLayer.Builder().nIn(2).nOut(4).build())
                    .layer(output(4))
                    .build()
                    .toJson());
    change.accept(json);
    file("n.json", json.toString());
  }

  private static OutputLayer output(int inputs) {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nIn(inputs)
        .nOut(3)
        .build();
  }

  /** A Deeplearning4j graph of one layer for the table, changed. */
  void graph(Consumer<ObjectNode> change) throws IOException {
    ComputationGraphConfiguration graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .addLayer("out", output(2), "in")
            .setOutputs("out")
            .build();
    ObjectNode json = (ObjectNode) JSON.readTree(graph.toJson());
    change.accept(json);
    file("n.json", json.toString());
  }

  /** What a stack says of a layer and how it is trained. */
  static ObjectNode conf(JsonNode stack, int index) {
    return (ObjectNode) stack.get("confs").get(index);
  }

  /** The layer itself. */
  static ObjectNode layer(JsonNode stack, int index) {
    return (ObjectNode) conf(stack, index).get("layer");
  }

  static void clear(JsonNode list) {
    ((ArrayNode) list).removeAll();
  }
}
