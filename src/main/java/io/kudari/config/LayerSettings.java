package io.kudari.config;

import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.setting.Range;
import io.kudari.setting.Setting;
import java.util.List;
import java.util.Map;

/** One of {@code model.layers}. */
final class LayerSettings {

  /**
   * A kind of layer.
   *
   * @param name its {@code type}
   * @param settings its keys
   * @param hasWeights whether batch normalisation and an activation may follow in the same section
   * @param reader what it is; null is a dense layer of as many units as the data needs
   */
  record Type(String name, List<Setting<?>> settings, boolean hasWeights, Reader reader) {}

  /** Makes a layer of its section. */
  interface Reader {

    /**
     * The layer.
     *
     * @param fallback initializer where the section names none
     */
    LayerSpec read(Settings s, Initializer fallback);
  }

  /** Where batch normalisation stands beside the activation. */
  private enum Normalization {
    NONE,
    BEFORE,
    AFTER
  }

  private static final int MOST_SIDE = 1 << 15;

  private static final String AUTO = "auto";

  static final Setting<Initializer.Kind> INITIALIZER =
      Setting.choice(
          "initializer",
          Initializer.Kind.HE_NORMAL,
          Initializer.Kind.class,
          "of all layers that name none; `constant` and `normal` need a section with the value,"
              + " `orthogonal` may have one");
  static final Setting<Initializer.Kind> KIND =
      Setting.choice(
          "kind", Initializer.Kind.NORMAL, Initializer.Kind.class, "what start values are");
  static final Setting<Double> VALUE =
      Setting.number(
              "value",
              null,
              "[-1e6, 1e6)",
              "the constant, the standard deviation of `normal` (at least 0), or the gain of"
                  + " `orthogonal`")
          .unset("0 for `constant`, 0.01 for `normal`, 1 for `orthogonal`");

  private static final Setting<Initializer.Kind> OWN_INITIALIZER =
      Setting.choice(
              "initializer", null, Initializer.Kind.class, "as that of all layers, for this one")
          .unset("`model.initializer`");
  private static final Setting<Integer> UNITS =
      Setting.whole(
              "units",
              null,
              1,
              Integer.MAX_VALUE,
              "outputs; `auto`, for the last layer, is as many as the data needs")
          .unset(AUTO);
  private static final Setting<Integer> FILTERS =
      Setting.whole("filters", null, 1, Integer.MAX_VALUE, "channels of the output");
  private static final Setting<Integer> KERNEL =
      Setting.whole("kernel", null, 1, MOST_SIDE, "side of the window");
  private static final Setting<Integer> STRIDE =
      Setting.whole("stride", 1, 1, MOST_SIDE, "from one window to the next");
  private static final Setting<Integer> PADDING =
      Setting.whole("padding", 0, 0, MOST_SIDE - 1, "zeros on each side, fewer than `kernel`");
  private static final Setting<Integer> SIZE =
      Setting.whole("size", 2, 1, MOST_SIDE, "side of the window");
  private static final Setting<Integer> POOL_STRIDE =
      Setting.whole("stride", null, 1, MOST_SIDE, "from one window to the next").unset("the size");
  private static final Setting<Normalization> BATCH_NORM =
      Setting.choice(
          "batch-norm",
          Normalization.NONE,
          Normalization.class,
          "batch normalisation before or after the activation");
  private static final Setting<Integer> GHOST_BATCH =
      Setting.whole(
          "ghost-batch",
          0,
          0,
          1 << 20,
          "with batch normalisation: examples normalised together, see below; 0 is all, 1 is none");
  private static final Setting<Activation> ACTIVATION =
      Setting.choice(
          "activation",
          Activation.IDENTITY,
          Activation.class,
          "of the layer's outputs; `softmax` of the last layer only");
  private static final Setting<Double> DECAY =
      Setting.number("decay", 0.9, "[0, 1)", "of the running mean and variance");
  private static final Setting<Double> EPSILON =
      Setting.number("epsilon", 1e-5, "[1e-12, 1)", "keeps the variance from 0");
  private static final Setting<Double> RATE =
      Setting.number("rate", 0.5, "[0, 1)", "share of the inputs that are dropped");
  private static final Setting<Activation> FUNCTION =
      Setting.choice(
          "function",
          Activation.RELU,
          Activation.class,
          "what is applied to each value; `softmax` as the last layer only");

  /** All kinds of layer: the list to add one to. */
  static final List<Type> TYPES =
      List.of(
          new Type(
              "dense",
              List.of(UNITS, OWN_INITIALIZER, ACTIVATION, BATCH_NORM, GHOST_BATCH),
              true,
              LayerSettings::dense),
          new Type(
              "convolution",
              List.of(
                  FILTERS,
                  KERNEL,
                  STRIDE,
                  PADDING,
                  OWN_INITIALIZER,
                  ACTIVATION,
                  BATCH_NORM,
                  GHOST_BATCH),
              true,
              LayerSettings::convolution),
          new Type(
              "max-pool",
              List.of(SIZE, POOL_STRIDE),
              false,
              (s, fallback) -> pooling(s, LayerSpec.Pooling.Kind.MAX)),
          new Type(
              "average-pool",
              List.of(SIZE, POOL_STRIDE),
              false,
              (s, fallback) -> pooling(s, LayerSpec.Pooling.Kind.AVERAGE)),
          new Type(
              "batch-norm",
              List.of(DECAY, EPSILON, GHOST_BATCH),
              false,
              (s, fallback) ->
                  new LayerSpec.BatchNormalization(s.get(DECAY), s.get(EPSILON), ghostBatch(s))),
          new Type(
              "dropout", List.of(RATE), false, (s, fallback) -> new LayerSpec.Dropout(s.get(RATE))),
          new Type(
              "activation",
              List.of(FUNCTION),
              false,
              (s, fallback) -> new LayerSpec.Activate(s.get(FUNCTION))));

  static final Setting<String> TYPE =
      Setting.name("type", null, TYPES.stream().map(Type::name).toList(), "what it computes");

  private LayerSettings() {}

  /**
   * A layer of the file may be up to three of ours: the weights, batch normalisation, the
   * activation.
   *
   * @param fallback initializer where the layer names none
   * @param layers to which they are added
   */
  static void add(Settings layer, Initializer fallback, List<ModelSettings.Layer> layers) {
    String name = layer.get(TYPE);
    Type type = TYPES.stream().filter(t -> t.name.equals(name)).findFirst().orElseThrow();
    LayerSpec spec;
    try {
      spec = type.reader.read(layer, fallback);
    } catch (IllegalArgumentException e) {
      throw layer.wrong(TYPE, "= " + name + ": " + e.getMessage());
    }
    Initializer auto = spec == null ? initializer(layer, OWN_INITIALIZER, fallback) : null;
    layers.add(new ModelSettings.Layer(spec, auto, layer));
    if (type.hasWeights) addAfterWeights(layer, layers);
    layer.done();
  }

  private static void addAfterWeights(Settings layer, List<ModelSettings.Layer> layers) {
    Normalization norm = layer.get(BATCH_NORM);
    Activation activation = layer.get(ACTIVATION);
    ModelSettings.Layer normalization = norm == Normalization.NONE ? null : normalization(layer);
    if (norm == Normalization.BEFORE) layers.add(normalization);
    if (activation != Activation.IDENTITY)
      layers.add(new ModelSettings.Layer(new LayerSpec.Activate(activation), null, layer));
    if (norm == Normalization.AFTER) layers.add(normalization);
  }

  private static ModelSettings.Layer normalization(Settings layer) {
    LayerSpec spec =
        new LayerSpec.BatchNormalization(DECAY.initial(), EPSILON.initial(), ghostBatch(layer));
    return new ModelSettings.Layer(spec, null, layer);
  }

  private static int ghostBatch(Settings s) {
    int size = s.get(GHOST_BATCH);
    if (size == 1) throw s.wrong(GHOST_BATCH, "must be 0 (off) or at least 2, not 1");
    return size;
  }

  private static LayerSpec dense(Settings s, Initializer fallback) {
    if (s.has(UNITS) && !s.isWord(UNITS, AUTO)) {
      int units = s.get(UNITS);
      return new LayerSpec.Dense(units, initializer(s, OWN_INITIALIZER, fallback));
    }
    s.resolvedAs(UNITS, AUTO);
    return null;
  }

  private static LayerSpec convolution(Settings s, Initializer fallback) {
    int kernel = s.get(KERNEL);
    int filters = s.get(FILTERS);
    int stride = s.get(STRIDE);
    int padding = s.get(PADDING);
    if (padding >= kernel)
      throw s.wrong(PADDING, "must be within 0.." + (kernel - 1) + ", not " + padding);
    Initializer initializer = initializer(s, OWN_INITIALIZER, fallback);
    return new LayerSpec.Convolution(filters, kernel, stride, padding, initializer);
  }

  private static LayerSpec pooling(Settings s, LayerSpec.Pooling.Kind kind) {
    int size = s.get(SIZE);
    return new LayerSpec.Pooling(kind, size, s.get(POOL_STRIDE, size));
  }

  /** That of all layers which name none. */
  static Initializer initializer(Settings model) {
    return initializer(model, INITIALIZER, Initializer.of(INITIALIZER.initial()));
  }

  /** {@code initializer = he-normal}, or {@code initializer { kind = normal, value = 0.01 }}. */
  private static Initializer initializer(
      Settings s, Setting<Initializer.Kind> setting, Initializer fallback) {
    if (!s.has(setting)) {
      s.resolvedAs(setting, rendered(fallback));
      return fallback;
    }
    if (s.isSection(setting)) return section(s.section(setting.key()));
    Initializer.Kind kind = s.get(setting);
    if (kind == Initializer.Kind.CONSTANT || kind == Initializer.Kind.NORMAL) {
      throw s.wrong(
          setting, "= " + kind.id() + " needs a value: { kind = " + kind.id() + ", value = … }");
    }
    return Initializer.of(kind);
  }

  private static Initializer section(Settings own) {
    Initializer.Kind kind = own.get(KIND);
    boolean normal = kind == Initializer.Kind.NORMAL;
    double value = own.get(VALUE, normal ? 0.01 : Initializer.of(kind).value());
    if (normal && value < 0) throw own.wrong(VALUE, "must be within [0, 1e6), not " + value);
    own.done();
    return new Initializer(kind, value);
  }

  private static Object rendered(Initializer initializer) {
    boolean valued =
        initializer.kind() == Initializer.Kind.CONSTANT
            || initializer.kind() == Initializer.Kind.NORMAL
            || (initializer.kind() == Initializer.Kind.ORTHOGONAL && initializer.value() != 1);
    return valued
        ? Map.of("kind", Range.id(initializer.kind()), "value", initializer.value())
        : Range.id(initializer.kind());
  }
}
