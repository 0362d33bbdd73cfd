package io.kudari.engine.dl4j;

import io.kudari.engine.Engine;
import io.kudari.engine.processor.LoadedLibraries;
import io.kudari.engine.program.Program;
import io.kudari.engine.program.ProgramSpec;
import io.kudari.math.Layout;
import io.kudari.model.GradientFunction;
import io.kudari.model.Libraries;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A model read from a configuration that Deeplearning4j wrote as JSON: a {@code
 * MultiLayerConfiguration}, or a {@code ComputationGraphConfiguration} with one input and one
 * output. Immutable. A stack of layers that all have equals here is computed by a {@link Program};
 * others are computed by Deeplearning4j.
 *
 * <p>Start values come from the initialisers in the file, seeded. Updaters in the file are ignored.
 * Its loss must be cross-entropy on softmax or mean squared error. A file with regularisation,
 * clipping, constraints, noise other than dropout, or layers of unsupported kinds is refused.
 */
public final class Dl4jFileModel implements ModelSpec {

  private static final long serialVersionUID = 1;

  private final String json;
  private final String source;
  private final Shape input;
  private final long[] inputShape;
  private final Layout layout;
  private final Loss loss;
  private final int outputs;
  private final ProgramSpec programOrNull;
  private final String reason;

  private Dl4jFileModel(String json, String source, Shape input, Engine engine) {
    this.json = json;
    this.source = source;
    this.input = input;
    Dl4jFile file = Dl4jFile.parse(json, source);
    this.loss = file.loss();
    Dl4jNetwork network = file.network(0);
    try {
      network.init();
      this.layout = Dl4jLayout.of(network, network instanceof Dl4jNetwork.Graph);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(source + ": " + Dl4jFile.firstLine(e), e);
    }
    this.inputShape = acceptedShape(network);
    try (INDArray y = network.outputs(Nd4j.zeros(DataType.FLOAT, batchOf(2, inputShape)))) {
      this.outputs = Math.toIntExact(y.size(1));
    }
    close(network);
    ProgramSpec compiled = null;
    String why = "engine " + engine.id() + ": asked for";
    if (engine != Engine.DL4J) {
      try {
        compiled = compile(file);
        if (engine == Engine.AUTO) why = "engine program (auto): every layer of the file compiles";
      } catch (Dl4jTranslation.Untranslatable e) {
        if (engine == Engine.PROGRAM) {
          throw new IllegalArgumentException(
              source + ": engine = program cannot compute " + e.getMessage(), e);
        }
        why = "engine dl4j (auto): the program cannot compute " + e.getMessage();
      }
    }
    this.programOrNull = compiled;
    this.reason = why;
  }

  private ProgramSpec compile(Dl4jFile file) throws Dl4jTranslation.Untranslatable {
    if (file.stackOrNull() == null) {
      throw new Dl4jTranslation.Untranslatable("a ComputationGraph");
    }
    return Dl4jTranslation.of(file.stackOrNull(), loss, input, inputShape, layout);
  }

  /**
   * Reads a configuration.
   *
   * @param json the text of the file
   * @param source names it in errors
   * @param input shape of one example of the data; the file need not tell it
   * @throws IllegalArgumentException if the text is no such configuration, holds something that is
   *     not supported, or does not accept the input
   */
  public static Dl4jFileModel parse(String json, String source, Shape input) {
    return parse(json, source, input, Engine.AUTO);
  }

  /**
   * As {@link #parse(String, String, Shape)}, on an engine of choice. Both take the same flat
   * vector and agree up to rounding, dropout masks included.
   *
   * @throws IllegalArgumentException also if the engine is the program and some layer does not
   *     compile, naming it
   */
  public static Dl4jFileModel parse(String json, String source, Shape input, Engine engine) {
    Nd4jSetup.apply();
    try {
      return new Dl4jFileModel(json, source, input, engine);
    } catch (RuntimeException e) {
      throw named(e, source);
    }
  }

  /**
   * What a file's model minimises, without a look at the data.
   *
   * @throws IllegalArgumentException if the text is no such configuration, or not supported
   */
  public static Loss loss(String json, String source) {
    Nd4jSetup.apply();
    try {
      return Dl4jFile.parse(json, source).loss();
    } catch (RuntimeException e) {
      throw named(e, source);
    }
  }

  /**
   * Deeplearning4j looks at hardly anything before it uses it, so that a file may end in any error:
   * one line that names the file.
   */
  private static IllegalArgumentException named(RuntimeException e, String source) {
    boolean own =
        e instanceof IllegalArgumentException && String.valueOf(e.getMessage()).startsWith(source);
    if (own) return (IllegalArgumentException) e;
    return new IllegalArgumentException(
        source + ": Deeplearning4j cannot compute it: " + Dl4jFile.firstLine(e), e);
  }

  /** One sentence for the log: which engine computes it, and why. */
  public String reason() {
    return reason;
  }

  /**
   * The first way to hand over an example (an image, a vector, a sequence) that gives one row of
   * outputs. Deeplearning4j's files do not say what they expect, so it is tried. A sequence of
   * vectors is a shape of channels × steps × 1.
   */
  private long[] acceptedShape(Dl4jNetwork network) {
    List<long[]> ways = new ArrayList<>();
    if (!input.isFlat()) {
      ways.add(new long[] {input.channels(), input.height(), input.width()});
      if (input.width() == 1) ways.add(new long[] {input.channels(), input.height()});
    }
    ways.add(new long[] {input.size()});
    RuntimeException first = null;
    for (long[] way : ways) {
      try (INDArray y = network.outputs(Nd4j.zeros(DataType.FLOAT, batchOf(2, way)))) {
        if (y.rank() == 2 && y.size(0) == 2) return way;
      } catch (RuntimeException e) {
        if (first == null) first = e;
      }
    }
    throw new IllegalArgumentException(
        source
            + ": does not accept examples of "
            + input
            + (first == null ? ": no single row of outputs" : ": " + Dl4jFile.firstLine(first)),
        first);
  }

  private static long[] batchOf(long count, long[] shape) {
    long[] batch = new long[shape.length + 1];
    batch[0] = count;
    System.arraycopy(shape, 0, batch, 1, shape.length);
    return batch;
  }

  @Override
  public Layout layout() {
    return layout;
  }

  @Override
  public Shape input() {
    return input;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public Optional<NetworkSpec> stack() {
    return Optional.ofNullable(programOrNull).map(ProgramSpec::network);
  }

  @Override
  public Activations activations() {
    return programOrNull == null
        ? ModelSpec.super.activations()
        : programOrNull.network().activations();
  }

  @Override
  public Outside outside() {
    return programOrNull == null
        ? Dl4jGradient.outside(layout, input)
        : Program.outside(programOrNull.network());
  }

  @Override
  public Loss loss() {
    return loss;
  }

  /** By the initialisers in the file, from ND4J's random generator with this seed. */
  @Override
  public float[] initial(long seed) {
    Nd4jSetup.apply();
    Dl4jNetwork network = Dl4jFile.parse(json, source).network(seed);
    network.init();
    float[] values = new float[layout.size()];
    NativeArrays.read(network.parameters(), values, values.length);
    close(network);
    return values;
  }

  @Override
  public Libraries libraries() {
    return LoadedLibraries.now();
  }

  @Override
  public GradientFunction open() {
    if (programOrNull != null) return new Program(programOrNull);
    Nd4jSetup.apply();
    Dl4jNetwork network = Dl4jFile.parse(json, source).network(0);
    network.init();
    return new Dl4jGradient(network, layout, loss, outputs, inputShape);
  }

  /** The text of the file. */
  String json() {
    return json;
  }

  /** Shape of one example as the network takes it. */
  long[] inputShape() {
    return inputShape.clone();
  }

  private static void close(Dl4jNetwork network) {
    network.clear();
    network.parameters().close();
    network.gradient().close();
  }

  @Override
  public String toString() {
    return source + " for " + input + " by " + Arrays.toString(inputShape);
  }
}
