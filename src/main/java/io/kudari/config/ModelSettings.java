package io.kudari.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValueFactory;
import io.kudari.data.Task;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * The {@code model} section: either {@code layers} or the path of a Deeplearning4j JSON file.
 *
 * @param layers of the network; the last dense layer may leave its units to the data ({@link
 *     #AUTO}); empty with dl4j
 * @param loss what is minimised; with dl4j the file says it
 * @param dl4j text of a Deeplearning4j configuration, or empty
 * @param engine who computes: auto, program or dl4j
 * @param json the section itself, complete enough to be read again anywhere by {@link #parse}
 */
public record ModelSettings(
    List<Layer> layers, Loss loss, String dl4j, EngineChoice engine, String json) {

  /** Units of a dense layer that has as many as the data needs outputs. */
  public static final int AUTO = 0;

  private static final LayerSpec SOFTMAX = new LayerSpec.Activate(Activation.SOFTMAX);

  /** Who computes gradients. */
  public enum EngineChoice {
    AUTO,
    PROGRAM,
    DL4J
  }

  /**
   * One layer and where it stands.
   *
   * @param spec the layer; a dense layer of {@link #AUTO} units is null here
   * @param auto the initializer of a dense layer of {@link #AUTO} units, or null
   * @param settings for errors
   */
  record Layer(LayerSpec spec, Initializer auto, Settings settings) {}

  /** Where batch normalisation stands beside the activation. */
  private enum Normalization {
    NONE,
    BEFORE,
    AFTER
  }

  /**
   * Reads what {@link #json} gave.
   *
   * @param place names it in errors
   */
  public static ModelSettings parse(String place, String json) {
    ConfigurationLimits.check(place, json);
    try {
      var origin =
          ConfigParseOptions.defaults().setOriginDescription(place).setSyntax(ConfigSyntax.JSON);
      Settings model = new Settings(ConfigFactory.parseString(json, origin).root(), "model");
      return read(model, Task.CLASSIFICATION, new Configuration());
    } catch (ConfigException e) {
      throw new ConfigurationException(place + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the section.
   *
   * @param task of the training data: decides the loss when none is given
   * @param hadoop how to reach other file systems
   */
  static ModelSettings read(Settings model, Task task, Configuration hadoop) {
    EngineChoice engine = model.choice("engine", EngineChoice.AUTO, EngineChoice.class);
    if (model.has("dl4j") || model.has("dl4j-json")) return readDl4j(model, engine, hadoop);
    boolean regression = task == Task.REGRESSION;
    Loss usual = regression ? Loss.MEAN_SQUARED_ERROR : Loss.CROSS_ENTROPY;
    Loss loss = model.choice("loss", usual, Loss.class);
    if (!fits(loss, task)) {
      throw model.wrong("loss", "= cross-entropy is for classes, but data.train.task = regression");
    }
    Initializer initializer = initializer(model, Initializer.of(Initializer.Kind.HE_NORMAL));
    List<Layer> layers = new ArrayList<>();
    for (Settings layer : model.sections("layers")) addLayers(layer, initializer, layers);
    if (layers.isEmpty()) throw model.wrong("layers", "must have at least one layer");
    if (engine == EngineChoice.DL4J) refuseGhostBatches(layers);
    boolean activated = layers.get(layers.size() - 1).spec() instanceof LayerSpec.Activate;
    if (loss == Loss.CROSS_ENTROPY && !activated) {
      layers.add(new Layer(SOFTMAX, null, model));
    }
    model.done();
    return new ModelSettings(List.copyOf(layers), loss, "", engine, json(model.resolved()));
  }

  /** Whether a layer normalises batches; of a Deeplearning4j file only its layout can tell. */
  boolean normalisesBatches() {
    return layers.stream().anyMatch(l -> l.spec() instanceof LayerSpec.BatchNormalization);
  }

  /** Whether a loss can be computed of a task's examples: squares can of classes too. */
  public static boolean fits(Loss loss, Task task) {
    return loss == Loss.MEAN_SQUARED_ERROR || task == Task.CLASSIFICATION;
  }

  private static void refuseGhostBatches(List<Layer> layers) {
    for (Layer layer : layers) {
      if (layer.spec() instanceof LayerSpec.BatchNormalization b && b.ghostBatch() > 0) {
        throw layer
            .settings()
            .wrong("ghost-batch", "= " + b.ghostBatch() + " needs model.engine = program or auto");
      }
    }
  }

  private static ModelSettings readDl4j(Settings model, EngineChoice engine, Configuration hadoop) {
    if (model.has("layers"))
      throw model.wrong("layers", "and model.dl4j contradict each other: give one of them");
    String text = model.has("dl4j-json") ? model.text("dl4j-json") : content(model, hadoop);
    if (text.isBlank()) throw model.wrong("dl4j", "must be a file of JSON, not an empty one");
    model.done();
    return new ModelSettings(
        List.of(),
        null,
        text,
        engine,
        json(Map.of("dl4j-json", text, "engine", Settings.id(engine))));
  }

  private static String content(Settings model, Configuration hadoop) {
    String file = model.location("dl4j");
    try {
      return ConfigurationText.read(file, hadoop, ConfigurationLimits.CONTENT_BYTES);
    } catch (IOException | IllegalArgumentException e) {
      throw model.wrong("dl4j", "= " + file + " cannot be read: " + e.getMessage());
    }
  }

  private static String json(Map<String, Object> section) {
    return ConfigValueFactory.fromMap(section)
        .render(ConfigRenderOptions.concise().setFormatted(true));
  }

  /**
   * A layer of the file may be up to three of ours: the weights, batch normalisation, the
   * activation.
   */
  private static void addLayers(Settings layer, Initializer fallback, List<Layer> layers) {
    String type = layer.text("type");
    LayerSpec spec;
    try {
      spec = spec(type, layer, fallback);
    } catch (IllegalArgumentException e) {
      throw layer.wrong("type", "= " + type + ": " + e.getMessage());
    }
    boolean weighted = type.equals("dense") || type.equals("convolution");
    layers.add(new Layer(spec, spec == null ? initializer(layer, fallback) : null, layer));
    if (weighted) {
      Normalization norm = layer.choice("batch-norm", Normalization.NONE, Normalization.class);
      Activation activation = layer.choice("activation", Activation.IDENTITY, Activation.class);
      Layer normalization = norm == Normalization.NONE ? null : normalization(layer);
      if (norm == Normalization.BEFORE) layers.add(normalization);
      if (activation != Activation.IDENTITY)
        layers.add(new Layer(new LayerSpec.Activate(activation), null, layer));
      if (norm == Normalization.AFTER) layers.add(normalization);
    }
    layer.done();
  }

  private static Layer normalization(Settings layer) {
    LayerSpec spec = new LayerSpec.BatchNormalization(0.9, 1e-5, ghostBatch(layer));
    return new Layer(spec, null, layer);
  }

  private static int ghostBatch(Settings s) {
    int size = s.integer("ghost-batch", 0, 0, 1 << 20);
    if (size == 1) throw s.wrong("ghost-batch", "must be 0 (off) or at least 2, not 1");
    return size;
  }

  private static final List<String> TYPES =
      List.of(
          "dense",
          "convolution",
          "max-pool",
          "average-pool",
          "batch-norm",
          "dropout",
          "activation");

  private static LayerSpec spec(String type, Settings s, Initializer fallback) {
    return switch (type) {
      case "dense" -> dense(s, fallback);
      case "convolution" -> convolution(s, fallback);
      case "max-pool" -> pooling(s, LayerSpec.Pooling.Kind.MAX);
      case "average-pool" -> pooling(s, LayerSpec.Pooling.Kind.AVERAGE);
      case "batch-norm" ->
          new LayerSpec.BatchNormalization(
              s.number("decay", 0.9, 0, 1), s.number("epsilon", 1e-5, 1e-12, 1), ghostBatch(s));
      case "dropout" -> new LayerSpec.Dropout(s.number("rate", 0.5, 0, 1));
      case "activation" ->
          new LayerSpec.Activate(s.choice("function", Activation.RELU, Activation.class));
      default ->
          throw s.wrong(
              "type",
              "must be one of "
                  + String.join(", ", TYPES)
                  + ", not \""
                  + type
                  + "\""
                  + Settings.didYouMean(type, TYPES));
    };
  }

  private static LayerSpec dense(Settings s, Initializer fallback) {
    if (s.has("units") && !s.text("units").equals("auto")) {
      int units = s.integer("units", 1, Integer.MAX_VALUE);
      return new LayerSpec.Dense(units, initializer(s, fallback));
    }
    s.resolvedAs("units", "auto");
    return null;
  }

  private static LayerSpec convolution(Settings s, Initializer fallback) {
    int kernel = s.integer("kernel", 1, 1 << 15);
    return new LayerSpec.Convolution(
        s.integer("filters", 1, Integer.MAX_VALUE),
        kernel,
        s.integer("stride", 1, 1, 1 << 15),
        s.integer("padding", 0, 0, kernel - 1),
        initializer(s, fallback));
  }

  private static LayerSpec pooling(Settings s, LayerSpec.Pooling.Kind kind) {
    int size = s.integer("size", 2, 1, 1 << 15);
    return new LayerSpec.Pooling(kind, size, s.integer("stride", size, 1, 1 << 15));
  }

  /** {@code initializer = he-normal}, or {@code initializer { kind = normal, value = 0.01 }}. */
  private static Initializer initializer(Settings s, Initializer fallback) {
    if (!s.has("initializer")) {
      s.resolvedAs("initializer", rendered(fallback));
      return fallback;
    }
    if (!s.isSection("initializer")) {
      Initializer.Kind kind = s.choice("initializer", fallback.kind(), Initializer.Kind.class);
      if (kind == Initializer.Kind.CONSTANT || kind == Initializer.Kind.NORMAL) {
        throw s.wrong(
            "initializer",
            "= " + kind.id() + " needs a value: { kind = " + kind.id() + ", value = … }");
      }
      return Initializer.of(kind);
    }
    Settings own = s.section("initializer");
    Initializer.Kind kind = own.choice("kind", Initializer.Kind.NORMAL, Initializer.Kind.class);
    double fallbackValue = kind == Initializer.Kind.NORMAL ? 0.01 : Initializer.of(kind).value();
    Initializer initializer =
        new Initializer(
            kind,
            own.number("value", fallbackValue, kind == Initializer.Kind.NORMAL ? 0 : -1e6, 1e6));
    own.done();
    return initializer;
  }

  private static Object rendered(Initializer initializer) {
    boolean valued =
        initializer.kind() == Initializer.Kind.CONSTANT
            || initializer.kind() == Initializer.Kind.NORMAL
            || (initializer.kind() == Initializer.Kind.ORTHOGONAL && initializer.value() != 1);
    return valued
        ? Map.of("kind", initializer.kind().id(), "value", initializer.value())
        : initializer.kind().id();
  }

  /**
   * The network for data of this shape.
   *
   * @param input shape of one example
   * @param outputs classes, or regression targets
   * @throws ConfigurationException when the layers do not fit the data, naming the layer
   */
  public NetworkSpec network(Shape input, int outputs) {
    List<LayerSpec> specs = new ArrayList<>();
    Shape at = input;
    for (Layer layer : layers) {
      LayerSpec spec =
          layer.spec() != null ? layer.spec() : new LayerSpec.Dense(outputs, layer.auto());
      try {
        at = spec.after(at);
      } catch (IllegalArgumentException e) {
        throw layer.settings().wrong("type", ": " + e.getMessage());
      }
      specs.add(spec);
    }
    return finished(input, outputs, specs);
  }

  private NetworkSpec finished(Shape input, int outputs, List<LayerSpec> specs) {
    Settings last = layers.get(layers.size() - 1).settings();
    NetworkSpec network;
    try {
      network = new NetworkSpec(input, specs, loss);
    } catch (IllegalArgumentException e) {
      throw last.wrong("type", e.getMessage());
    }
    boolean softmax = specs.get(specs.size() - 1).equals(SOFTMAX);
    if (softmax && outputs == 1) {
      throw last.wrong("activation", "= softmax of a single output is always 1");
    }
    if (network.outputs() != outputs) {
      throw last.wrong(
          "units", "gives " + network.outputs() + " outputs, but the data needs " + outputs);
    }
    return network;
  }
}
