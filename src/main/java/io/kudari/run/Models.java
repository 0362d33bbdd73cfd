package io.kudari.run;

import io.kudari.checkpoint.SavedModel;
import io.kudari.config.ConfigurationException;
import io.kudari.config.ModelSettings;
import io.kudari.data.DataException;
import io.kudari.data.Task;
import io.kudari.engine.Engine;
import io.kudari.engine.dl4j.Dl4jFileModel;
import io.kudari.engine.dl4j.Dl4jModel;
import io.kudari.engine.program.ProgramModel;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.List;

/** From the model section of a configuration to a model that can compute. */
public final class Models {

  /** A class of each of the jars. */
  private static final List<String> DL4J =
      List.of(
          "org/deeplearning4j/nn/multilayer/MultiLayerNetwork.class",
          "org/nd4j/linalg/factory/Nd4j.class",
          "org/nd4j/linalg/cpu/nativecpu/CpuBackend.class");

  private Models() {}

  /**
   * The model for data of this shape.
   *
   * @param outputs classes, or regression targets
   * @throws ConfigurationException when the model does not fit the data
   */
  public static ModelSpec open(ModelSettings settings, Shape input, int outputs) {
    if (settings.dl4j().isEmpty()) {
      NetworkSpec network = settings.network(input, outputs);
      boolean dl4j = engine(settings) == Engine.DL4J;
      if (dl4j) checkDl4j("model.engine = dl4j");
      return sized(dl4j ? new Dl4jModel(network) : new ProgramModel(network));
    }
    checkDl4j("model.dl4j");
    ModelSpec model;
    try {
      model = Dl4jFileModel.parse(settings.dl4j(), "model.dl4j", input, engine(settings));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(e.getMessage(), e);
    }
    if (model.outputs() != outputs) {
      throw new ConfigurationException(
          "model.dl4j has " + model.outputs() + " outputs, but the data needs " + outputs);
    }
    return model;
  }

  /** Whether it needs neither Deeplearning4j nor ND4J. */
  static boolean isProgram(ModelSettings settings) {
    return settings.dl4j().isEmpty() && engine(settings) != Engine.DL4J;
  }

  /**
   * What a saved model describes.
   *
   * @param place where it is, for messages
   * @throws DataException when its description does not fit its parameters
   */
  public static ModelSpec of(String place, SavedModel saved) {
    ModelSettings settings = ModelSettings.parse(place + ": model.json", saved.modelJson());
    ModelSpec model = open(settings, saved.input(), saved.outputs());
    if (!model.layout().equals(saved.layout())) {
      throw new DataException(place + ": model.json describes other parameters than layout.json");
    }
    return model;
  }

  /** A network as it is, computed by programs. */
  public static ModelSpec of(NetworkSpec network) {
    return new ProgramModel(network);
  }

  /**
   * Checks that Deeplearning4j and ND4J are on the class path, which programs do not need.
   *
   * @param asked what needs them
   * @throws ConfigurationException when they are not
   */
  public static void checkDl4j(String asked) {
    ClassLoader loader = Models.class.getClassLoader();
    for (String name : DL4J) {
      if (loader.getResource(name) == null)
        throw new ConfigurationException(
            asked
                + " needs the jars of Deeplearning4j and ND4J, which are not on the class path: add"
                + " org.deeplearning4j:deeplearning4j-nn and org.nd4j:nd4j-native, or set"
                + " KUDARI_DL4J=1 for scripts/kudari");
    }
  }

  /** Refuses a model of more parameters than one vector holds. */
  private static ModelSpec sized(ModelSpec model) {
    try {
      var unused = model.layout();
      return model;
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("model.layers: " + e.getMessage(), e);
    }
  }

  /**
   * Checks that a Deeplearning4j file's loss fits the task, before any data is read.
   *
   * @throws ConfigurationException when it does not, or the file is not supported
   */
  static void check(ModelSettings settings, Task task) {
    if (settings.dl4j().isEmpty()) return;
    checkDl4j("model.dl4j");
    Loss loss;
    try {
      loss = Dl4jFileModel.loss(settings.dl4j(), "model.dl4j");
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(e.getMessage(), e);
    }
    if (!ModelSettings.fits(loss, task)) {
      throw new ConfigurationException(
          "model.dl4j minimises "
              + loss.id()
              + ", which is for classes, but data.train.task = "
              + "regression");
    }
  }

  /** One sentence: who computes the model, and why. */
  static String reason(ModelSettings settings, ModelSpec model) {
    return model instanceof Dl4jFileModel file ? file.reason() : engine(settings).reason();
  }

  private static Engine engine(ModelSettings settings) {
    return Engine.valueOf(settings.engine().name());
  }
}
