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
import io.kudari.setting.OnResume;
import io.kudari.setting.Range;
import io.kudari.setting.Setting;
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

  static final Setting<Object> LAYERS =
      Setting.part("layers", "list of sections", "`type` and its keys each").unset("or `dl4j`");
  static final Setting<String> DL4J =
      Setting.text("dl4j", null, "path", "a Deeplearning4j configuration in JSON")
          .unset("or `layers`")
          .onResume(OnResume.BY_CONTENT);

  /** What such a file held, as a model folder has it. */
  private static final Setting<String> DL4J_JSON =
      Setting.text("dl4j-json", null, "JSON", "the text of such a file");

  static final Setting<Loss> LOSS =
      Setting.choice(
              "loss",
              null,
              Loss.class,
              "with `cross-entropy` a softmax is added when the last layer has no activation; with"
                  + " `mean-squared-error` outputs are as the last layer has them. Cross-entropy is"
                  + " refused for a regression, in a `dl4j` file too")
          .unset("cross-entropy for a classification, mean-squared-error for a regression");
  static final Setting<EngineChoice> ENGINE =
      Setting.choice(
          "engine",
          EngineChoice.AUTO,
          EngineChoice.class,
          "`program` (compiled, fast), `dl4j` (Deeplearning4j's layers), or `auto`: the program"
              + " wherever it can compute every layer. The first lines of a run say which it is and"
              + " why");

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
      Settings model = new Settings(place, ConfigFactory.parseString(json, origin).root(), "model");
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
    EngineChoice engine = model.get(ENGINE);
    if (model.has(DL4J) || model.has(DL4J_JSON)) return readDl4j(model, engine, hadoop);
    boolean regression = task == Task.REGRESSION;
    Loss usual = regression ? Loss.MEAN_SQUARED_ERROR : Loss.CROSS_ENTROPY;
    Loss loss = model.get(LOSS, usual);
    if (!fits(loss, task)) {
      throw model.wrong(LOSS, "= cross-entropy is for classes, but data.train.task = regression");
    }
    Initializer initializer = LayerSettings.initializer(model);
    List<Layer> layers = new ArrayList<>();
    for (Settings layer : model.sections(LAYERS)) LayerSettings.add(layer, initializer, layers);
    if (layers.isEmpty()) throw model.wrong(LAYERS, "must have at least one layer");
    if (engine == EngineChoice.DL4J) refuseGhostBatches(layers);
    boolean activated = layers.get(layers.size() - 1).spec() instanceof LayerSpec.Activate;
    if (loss == Loss.CROSS_ENTROPY && !activated) {
      layers.add(new Layer(SOFTMAX, null, model));
    }
    model.done();
    return new ModelSettings(List.copyOf(layers), loss, "", engine, json(model.resolved()));
  }

  /**
   * Whether outputs are those of a dense layer, and so may be any numbers; what a Deeplearning4j
   * file ends with is not known.
   */
  public boolean endsLinear() {
    if (layers.isEmpty()) return false;
    LayerSpec last = layers.get(layers.size() - 1).spec();
    return last == null || last instanceof LayerSpec.Dense;
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
    if (model.has(LAYERS))
      throw model.wrong(LAYERS, "and model.dl4j contradict each other: give one of them");
    String text = model.has(DL4J_JSON) ? model.get(DL4J_JSON) : content(model, hadoop);
    if (text.isBlank()) throw model.wrong(DL4J, "must be a file of JSON, not an empty one");
    model.done();
    return new ModelSettings(
        List.of(),
        null,
        text,
        engine,
        json(Map.of(DL4J_JSON.key(), text, ENGINE.key(), Range.id(engine))));
  }

  private static String content(Settings model, Configuration hadoop) {
    String file = model.location(DL4J);
    try {
      return ConfigurationText.read(file, hadoop, ConfigurationLimits.CONTENT_BYTES);
    } catch (IOException | IllegalArgumentException e) {
      throw model.wrong(DL4J, "= " + file + " cannot be read: " + e.getMessage());
    }
  }

  private static String json(Map<String, Object> section) {
    return ConfigValueFactory.fromMap(section)
        .render(ConfigRenderOptions.concise().setFormatted(true));
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
        throw layer.settings().wrong(LayerSettings.TYPE, ": " + e.getMessage());
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
      throw last.wrong(LayerSettings.TYPE, e.getMessage());
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
