package io.kudari.train;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.data.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * A JSON object that was read from a file, looked at strictly: an absent key or a value of another
 * type is an error that names the file and the key.
 *
 * @param place where it came from, for messages
 * @param node its content
 */
public record JsonObject(String place, JsonNode node) {

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  /** Wraps a node, which must be an object. */
  public JsonObject {
    if (!node.isObject()) throw new DataException(place + ": must be a JSON object");
  }

  /** Reads one object and nothing behind it. */
  public static JsonObject parse(String place, byte[] utf8) {
    return new JsonObject(place, tree(place, text(place, utf8)));
  }

  /** Any JSON value. */
  public static JsonNode tree(String place, String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw new DataException(place + ": is not JSON" + where, e);
    }
  }

  /** Decodes UTF-8, without replacing what is not. */
  public static String text(String place, byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new DataException(place + ": is not UTF-8", e);
    }
  }

  /** Indented, as UTF-8, ending with a newline. */
  public static byte[] bytes(JsonNode node) throws IOException {
    String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether there is such a key. */
  public boolean has(String key) {
    return node.has(key);
  }

  private JsonNode value(String key) {
    JsonNode value = node.get(key);
    if (value == null) throw new DataException(place + ": key " + key + " is missing");
    return value;
  }

  private DataException wrong(String key, String rule) {
    return new DataException(
        place + ": " + key + " must be " + rule + ", not " + shown(value(key)));
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  /** The object of a key. */
  public JsonObject object(String key) {
    if (!value(key).isObject()) throw wrong(key, "an object");
    return new JsonObject(place + ": " + key, value(key));
  }

  public List<JsonObject> objects(String key) {
    List<JsonObject> objects = new ArrayList<>();
    int i = 0;
    for (JsonNode item : array(key)) {
      objects.add(new JsonObject(place + ": " + key + " " + i++, item));
    }
    return objects;
  }

  private Iterable<JsonNode> array(String key) {
    if (!value(key).isArray()) throw wrong(key, "an array");
    return value(key);
  }

  /** The string of a key. */
  public String string(String key) {
    if (!value(key).isTextual()) throw wrong(key, "a string");
    return value(key).textValue();
  }

  /** The strings of a key. */
  public List<String> strings(String key) {
    List<String> strings = new ArrayList<>();
    for (JsonNode item : array(key)) {
      if (!item.isTextual()) throw wrong(key, "an array of strings");
      strings.add(item.textValue());
    }
    return strings;
  }

  /** The integer of a key. */
  public int integer(String key) {
    if (!value(key).isIntegralNumber() || !value(key).canConvertToInt()) {
      throw wrong(key, "an integer below 2^31");
    }
    return value(key).intValue();
  }

  /** The integer of 64 bits of a key. */
  public long longInteger(String key) {
    if (!value(key).isIntegralNumber() || !value(key).canConvertToLong()) {
      throw wrong(key, "an integer below 2^63");
    }
    return value(key).longValue();
  }

  public List<Integer> integers(String key) {
    List<Integer> integers = new ArrayList<>();
    for (JsonNode item : array(key)) {
      if (!item.isIntegralNumber() || !item.canConvertToInt()) {
        throw wrong(key, "an array of integers below 2^31");
      }
      integers.add(item.intValue());
    }
    return integers;
  }

  public double[] doubles(String key) {
    List<JsonNode> items = StreamSupport.stream(array(key).spliterator(), false).toList();
    double[] doubles = new double[items.size()];
    for (int i = 0; i < doubles.length; i++) {
      if (!items.get(i).isNumber()) throw wrong(key, "an array of numbers");
      doubles[i] = items.get(i).doubleValue();
    }
    return doubles;
  }

  /** Numbers that were written as the doubles of floats, so that no bit is lost. */
  public float[] floats(String key) {
    double[] doubles = doubles(key);
    float[] floats = new float[doubles.length];
    for (int i = 0; i < floats.length; i++) floats[i] = (float) doubles[i];
    return floats;
  }

  /** One of some constants, by its name. */
  public <E> E constant(String key, List<E> constants, Function<E, String> name) {
    String found = string(key);
    for (E constant : constants) if (name.apply(constant).equals(found)) return constant;
    throw wrong(key, "one of " + constants.stream().map(name).toList());
  }
}
