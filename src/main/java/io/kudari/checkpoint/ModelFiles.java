package io.kudari.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.data.DataException;
import io.kudari.data.Normalizer;
import io.kudari.data.Normalizer.Method;
import io.kudari.data.Normalizer.Per;
import io.kudari.data.Offsets;
import io.kudari.data.Schema;
import io.kudari.data.Task;
import io.kudari.math.Floats;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.Loss;
import io.kudari.model.Scaling;
import io.kudari.model.Shape;
import io.kudari.train.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
    contents.put(TASK, JsonObject.bytes(task(model)));
    contents.put(LAYOUT, JsonObject.bytes(layout(model.layout())));
    contents.put(PARAMETERS, parameters(model.parameters()));
    contents.put(NORMALIZER, JsonObject.bytes(normalizer(model.normalizer())));
    return contents;
  }

  /** The small files first: the parameters are read when their length fits the layout. */
  static SavedModel decode(Path folder, Map<String, Long> lengths, Reader reader)
      throws IOException {
    String modelPlace = new Path(folder, MODEL).toString();
    String modelJson = JsonObject.text(modelPlace, reader.read(MODEL));
    new JsonObject(modelPlace, JsonObject.tree(modelPlace, modelJson));
    JsonObject task = object(folder, TASK, reader);
    Layout layout = layout(object(folder, LAYOUT, reader));
    Normalizer normalizer = normalizer(object(folder, NORMALIZER, reader));
    String place = new Path(folder, PARAMETERS).toString();
    checkSize(place, layout, lengths.get(PARAMETERS));
    float[] parameters = parameters(reader.read(PARAMETERS));
    checkFinite(place, layout, parameters);
    Schema schema = schema(task);
    return checked(
        folder.toString(),
        () ->
            new SavedModel(
                modelJson,
                layout,
                parameters,
                normalizer,
                schema,
                task.has("workers") ? task.integer("workers") : 1,
                task.constant("loss", List.of(Loss.values()), Loss::id),
                task.string("version")));
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

  private static JsonObject object(Path folder, String name, Reader reader) throws IOException {
    return JsonObject.parse(new Path(folder, name).toString(), reader.read(name));
  }

  private static ObjectNode task(SavedModel model) {
    ObjectNode task = JsonNodeFactory.instance.objectNode().put("version", model.version());
    Shape input = model.input();
    task.putArray("input").add(input.channels()).add(input.height()).add(input.width());
    task.put("outputs", model.outputs()).put("loss", model.loss().id());
    ArrayNode classes = task.putArray("classes");
    model.classNames().forEach(classes::add);
    Schema schema = model.schema();
    task.put("task", (schema.classes() > 0 ? Task.CLASSIFICATION : Task.REGRESSION).name());
    schema.features().forEach(task.putArray("features")::add);
    schema.labels().forEach(task.putArray("labels")::add);
    return task.put("workers", model.workers());
  }

  /** Folders of earlier versions know no names of columns, and the task only by its signs. */
  private static Schema schema(JsonObject task) {
    List<String> names = task.strings("classes");
    int outputs = task.integer("outputs");
    Loss loss = task.constant("loss", List.of(Loss.values()), Loss::id);
    boolean classification =
        task.has("task")
            ? task.constant("task", List.of(Task.values()), Task::name) == Task.CLASSIFICATION
            : !names.isEmpty() || loss == Loss.CROSS_ENTROPY;
    Shape input = input(task);
    if (outputs < 1) {
      throw new DataException(task.place() + ": outputs must be at least 1, not " + outputs);
    }
    return checked(
        task.place(),
        () ->
            new Schema(
                input,
                classification ? outputs : 0,
                classification ? 0 : outputs,
                names,
                task.has("features") ? task.strings("features") : List.of(),
                task.has("labels") ? task.strings("labels") : List.of()));
  }

  private static Shape input(JsonObject task) {
    List<Integer> input = task.integers("input");
    if (input.size() != 3) {
      throw new DataException(
          task.place() + ": input must be channels, height and width, not " + input);
    }
    return checked(
        task.place() + ": input", () -> new Shape(input.get(0), input.get(1), input.get(2)));
  }

  private static ObjectNode layout(Layout layout) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode segments = root.putArray("segments");
    for (Segment s : layout.segments()) {
      ObjectNode segment = segments.addObject().put("name", s.name()).put("offset", s.offset());
      s.shape().forEach(segment.putArray("shape")::add);
      segment.put("role", s.role().name());
    }
    return root;
  }

  private static Layout layout(JsonObject root) {
    return checked(
        root.place(),
        () -> {
          List<Segment> segments = new ArrayList<>();
          for (JsonObject s : root.objects("segments")) {
            segments.add(
                new Segment(
                    s.string("name"),
                    s.integer("offset"),
                    s.integers("shape"),
                    s.constant("role", List.of(Role.values()), Role::name)));
          }
          return new Layout(segments);
        });
  }

  private static ObjectNode normalizer(Normalizer normalizer) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("method", normalizer.method().name()).put("per", normalizer.per().name());
    // As doubles: the shortest decimal of a float, read as a double, may round to another float.
    ArrayNode shift = root.putArray("shift");
    for (float v : normalizer.scaling().shift()) shift.add((double) v);
    ArrayNode factor = root.putArray("factor");
    for (float v : normalizer.scaling().factor()) factor.add((double) v);
    if (!normalizer.offsets().isNone()) {
      ArrayNode offset = root.putArray("offset");
      for (double v : normalizer.offsets().values()) offset.add(v);
    }
    return root;
  }

  private static Normalizer normalizer(JsonObject root) {
    return checked(
        root.place(),
        () ->
            new Normalizer(
                root.constant("method", List.of(Method.values()), Method::name),
                root.constant("per", List.of(Per.values()), Per::name),
                new Scaling(root.floats("shift"), root.floats("factor")),
                root.has("offset") ? new Offsets(root.doubles("offset")) : Offsets.NONE));
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
