package io.kudari.ml;

import io.kudari.checkpoint.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BiFunction;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import scala.Option;

/**
 * A fitted stage in files: {@code metadata} as Spark writes it, and beside it {@code model}, a
 * model's folder as any run leaves one.
 */
final class StageFiles {

  private static final String MODEL = "model";

  private StageFiles() {}

  /** Writes a stage. */
  static MLWriter writer(Params stage, TrainedNetwork network) {
    return new MLWriter() {
      @Override
      public void saveImpl(String path) {
        try {
          DefaultParamsWriter$.MODULE$.saveMetadata(
              stage, path, sc(), Option.empty(), Option.empty());
          ModelFolder.write(new Path(path, MODEL), sc().hadoopConfiguration(), network.saved());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /**
   * Reads a stage.
   *
   * @param make of its name and model
   */
  static <M extends Params> MLReader<M> reader(
      Class<M> type, BiFunction<String, TrainedNetwork, M> make) {
    return new MLReader<>() {
      @Override
      public M load(String path) {
        var metadata = DefaultParamsReader$.MODULE$.loadMetadata(path, sc(), type.getName());
        try {
          TrainedNetwork network =
              TrainedNetwork.read(new Path(path, MODEL), sc().hadoopConfiguration());
          M stage = make.apply(metadata.uid(), network);
          metadata.getAndSetParams(stage, metadata.getAndSetParams$default$2());
          return stage;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }
}
