package io.kudari.ml;

import io.kudari.checkpoint.ModelFolder;
import io.kudari.checkpoint.SavedModel;
import io.kudari.data.DataException;
import io.kudari.data.Encoding;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.run.Models;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A trained model that computes, which a stage and its copies share. It goes to executors once, as
 * bytes: Spark's serialisers need not know our classes. Thread-safe.
 */
final class TrainedNetwork implements Serializable {

  private static final long serialVersionUID = 1;

  private static final MiniBatch.Draw NO_DRAW = new MiniBatch.Draw(0, 0, 0);

  /** Most functions for single rows that are kept. */
  private static final int KEPT = 16;

  private final SavedModel saved;
  private final ModelSpec network;

  /** The features that are 0 or 1. */
  private final int[] flags;

  private transient Queue<Single> idle;
  private transient Broadcast<byte[]> sent;
  private transient SparkContext sentTo;

  /** What computes one row. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Single(GradientFunction function, MiniBatch batch, float[] outputs) {}

  private TrainedNetwork(SavedModel saved, ModelSpec network) {
    this.saved = saved;
    this.network = network;
    this.flags =
        IntStream.range(0, saved.input().size())
            .filter(saved.schema().encoding()::isBoolean)
            .toArray();
    this.idle = new ConcurrentLinkedQueue<>();
  }

  /**
   * Of a saved model.
   *
   * @param place names it in errors
   * @throws DataException when its description does not fit its parameters, or it was trained on
   *     columns that are no numbers, or with gaps that are filled
   */
  static TrainedNetwork of(String place, SavedModel saved) {
    Encoding encoding = saved.schema().encoding();
    if (!encoding.isOfNumbers())
      throw new DataException(
          place
              + ": was trained on columns of categories or indicators of gaps, but a stage takes"
              + " numbers: use kudari predict");
    if (!encoding.isOfNumbersAlone())
      throw new DataException(
          place
              + ": was trained with data.missing that fills gaps, or numbers in missing-values,"
              + " which a stage does not: use kudari predict");
    return new TrainedNetwork(saved, Models.of(place, saved));
  }

  /**
   * Reads a model folder.
   *
   * @throws io.kudari.data.DataException when there is none, or it is damaged
   */
  static TrainedNetwork read(Path folder, Configuration hadoop) throws IOException {
    return of(folder.toString(), ModelFolder.read(folder, hadoop));
  }

  private Object readResolve() {
    return new TrainedNetwork(saved, network);
  }

  SavedModel saved() {
    return saved;
  }

  /** Values of an example. */
  int features() {
    return saved.input().size();
  }

  /** Classes or targets. */
  int outputs() {
    return saved.outputs();
  }

  /** Allocates what one thread computes with. The caller closes it. */
  GradientFunction open() {
    return network.open();
  }

  /** An empty batch for that. */
  MiniBatch batch(int capacity) {
    return saved.schema().classes() > 0
        ? MiniBatch.labelled(saved.input(), capacity)
        : MiniBatch.targeted(saved.input(), capacity, saved.outputs());
  }

  /** Whether some features are 0 or 1. */
  boolean hasFlags() {
    return flags.length > 0;
  }

  /** What is wrong with the booleans of an example; null where nothing is. */
  String wrongOrNull(double[] features) {
    for (int j : flags)
      if (features[j] != 0 && features[j] != 1)
        return "column %s: found %s, it was true or false in training: it must be 0 or 1"
            .formatted(saved.schema().features().get(j), features[j]);
    return null;
  }

  /**
   * The outputs of one example.
   *
   * @param features as they are in a table
   * @throws IllegalArgumentException when there are more or fewer than the model takes, or one is
   *     NaN or infinite as a float, or neither 0 nor 1 where the model was trained on a boolean
   */
  float[] outputs(double[] features) {
    if (features.length != features())
      throw new IllegalArgumentException(Features.width(features.length, features()));
    for (double feature : features)
      if (!Float.isFinite((float) feature))
        throw new IllegalArgumentException("a feature is " + feature + ", it must be finite");
    String wrong = wrongOrNull(features);
    if (wrong != null) throw new IllegalArgumentException(wrong);
    Single found = idle.poll();
    Single with = found != null ? found : new Single(open(), batch(1), new float[outputs()]);
    saved.normalizer().offsets().less(features, with.batch.features(), 0);
    outputs(with.function, with.batch, 1, with.outputs);
    float[] result = with.outputs.clone();
    if (idle.size() < KEPT) idle.add(with);
    else with.function.close();
    return result;
  }

  /**
   * The outputs of some examples, those of a regression in its targets' own units.
   *
   * @param batch with their features, less the offsets; they are normalised where they are
   * @param count how many there are
   * @param into receives the outputs, one example after another
   */
  void outputs(GradientFunction function, MiniBatch batch, int count, float[] into) {
    saved.normalizer().apply(batch.features(), count, features());
    batch.filled(count, NO_DRAW);
    function.outputs(saved.parameters(), batch, into);
    saved.normalizer().targets().restore(into, count);
  }

  /** The bytes of {@link #read(byte[])}, sent to the executors of an application once. */
  synchronized Broadcast<byte[]> sent(SparkContext spark) {
    if (sent == null || sentTo != spark) {
      sent = JavaSparkContext.fromSparkContext(spark).broadcast(bytes());
      sentTo = spark;
    }
    return sent;
  }

  private byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** What was sent. */
  static TrainedNetwork read(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (TrainedNetwork) in.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
