package io.kudari.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.data.DataException;
import io.kudari.data.Normalizer;
import io.kudari.data.Schema;
import io.kudari.data.file.JsonFile;
import io.kudari.math.Floats;
import io.kudari.math.Layout;
import io.kudari.math.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;

/** The contents of the files of a {@link ModelFolder}, without its manifest. */
final class ModelFiles {

  static final String MODEL = "model.json";
  static final String TASK = "task.json";
  static final String LAYOUT = "layout.json";
  static final String PARAMETERS = "parameters.f32";
  static final String NORMALIZER = "normalizer.json";

  /** All of them. */
  static final List<String> NAMES = List.of(MODEL, TASK, LAYOUT, PARAMETERS, NORMALIZER);

  /** The longest byte array a JVM can hold. */
  static final long LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private ModelFiles() {}

  /** Reads a whole file, after its length and digest have been checked. */
  interface Reader {
    byte[] read(String name) throws IOException;
  }

  static Map<String, byte[]> encode(SavedModel model) throws IOException {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put(MODEL, model.modelJson().getBytes(StandardCharsets.UTF_8));
    contents.put(TASK, JsonFile.bytes(TaskJson.of(model)));
    contents.put(LAYOUT, JsonFile.bytes(model.layout()));
    contents.put(PARAMETERS, parameters(model.parameters()));
    contents.put(NORMALIZER, JsonFile.bytes(NormalizerJson.of(model.normalizer())));
    return contents;
  }

  /** The small files first: the parameters are read when their length fits the layout. */
  static SavedModel decode(Path folder, Map<String, Long> lengths, Reader reader)
      throws IOException {
    byte[] model = reader.read(MODEL);
    String modelPlace = new Path(folder, MODEL).toString();
    ObjectNode unused = JsonFile.object(modelPlace, model);
    String taskPlace = new Path(folder, TASK).toString();
    TaskJson task = TaskJson.read(taskPlace, reader.read(TASK));
    String layoutPlace = new Path(folder, LAYOUT).toString();
    Layout layout = JsonFile.read(layoutPlace, reader.read(LAYOUT), Layout.class);
    String normalizerPlace = new Path(folder, NORMALIZER).toString();
    NormalizerJson normalizer = NormalizerJson.read(normalizerPlace, reader.read(NORMALIZER));
    Normalizer made = checked(normalizerPlace, normalizer::normalizer);
    String place = new Path(folder, PARAMETERS).toString();
    checkSize(place, layout, lengths.get(PARAMETERS));
    float[] parameters = parameters(reader.read(PARAMETERS));
    checkFinite(place, layout, parameters);
    Schema schema = checked(taskPlace, task::schema);
    return checked(
        folder.toString(),
        () ->
            new SavedModel(
                JsonFile.text(modelPlace, model),
                layout,
                parameters,
                made,
                schema,
                task.workers(),
                task.minimised(),
                task.version()));
  }

  private static void checkSize(String place, Layout layout, long bytes) {
    if (bytes == 4L * layout.size()) return;
    throw new DataException(
        place
            + ": has "
            + bytes
            + " bytes, but the "
            + layout.size()
            + " parameters of "
            + LAYOUT
            + " need "
            + 4L * layout.size());
  }

  /**
   * Checks parameters.
   *
   * @throws DataException naming the segment of the first one that is NaN or infinite
   */
  static void checkFinite(String place, Layout layout, float[] parameters) {
    for (Segment s : layout.segments()) {
      int at = Floats.firstNonFinite(parameters, s.offset(), s.end());
      if (at >= 0) {
        throw new DataException(
            place
                + ": segment "
                + s.name()
                + ": every parameter must be finite, but element "
                + (at - s.offset())
                + " is "
                + parameters[at]);
      }
    }
  }

  private static byte[] parameters(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(4, values.length)).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) bytes.putInt(Float.floatToRawIntBits(v));
    return bytes.array();
  }

  private static float[] parameters(byte[] bytes) {
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  /** What a type refuses is an error of the file it came from. */
  private static <T> T checked(String place, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new DataException(place + ": " + e.getMessage(), e);
    }
  }
}
