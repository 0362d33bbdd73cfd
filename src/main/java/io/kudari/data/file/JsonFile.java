package io.kudari.data.file;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.kudari.data.DataException;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;

/**
 * Files of JSON as records, read strictly: a key that is absent, null, there twice or of another
 * type, and whatever a record's constructor refuses, is an error of one line that names the file
 * and the key. Keys that a record has not are passed over. Thread-safe.
 */
public final class JsonFile {

  private static final int SHOWN = 60;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .disable(
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
              DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              c ->
                  c.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail))
          .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
          .build();

  private JsonFile() {}

  /**
   * Reads one record and nothing behind it.
   *
   * @param place names the file
   * @throws DataException when it is none
   */
  public static <T> T read(String place, byte[] utf8, Class<T> type) {
    return read(place, object(place, utf8), type);
  }

  /** Reads a record of an object that has been read. */
  public static <T> T read(String place, ObjectNode object, Class<T> type) {
    try {
      return MAPPER.treeToValue(object, type);
    } catch (JsonMappingException e) {
      throw refused(place, object, type, e);
    } catch (JsonProcessingException e) {
      throw new DataException(place + ": " + e.getOriginalMessage(), e);
    }
  }

  /** Reads an object of whatever keys, and nothing behind it. */
  public static ObjectNode object(String place, byte[] utf8) {
    try {
      if (MAPPER.readTree(text(place, utf8)) instanceof ObjectNode object) return object;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw new DataException(place + ": is not JSON" + where, e);
    }
    throw new DataException(place + ": must be a JSON object");
  }

  /** Decodes UTF-8, without replacing what is not. */
  public static String text(String place, byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new DataException(place + ": is not UTF-8", e);
    }
  }

  /** A record or a map, its keys in their order, indented, as UTF-8, ending with a newline. */
  public static byte[] bytes(Object value) throws IOException {
    String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What is wrong, found by the path to it: what stands there, and what was to stand there. */
  private static DataException refused(
      String place, JsonNode root, Class<?> type, JsonMappingException e) {
    StringBuilder where = new StringBuilder(place);
    String key = "";
    JsonNode found = root;
    Type wanted = type;
    for (JsonMappingException.Reference step : e.getPath()) {
      boolean element = step.getFieldName() == null;
      if (element) key = key + " " + step.getIndex();
      else {
        if (!key.isEmpty()) where.append(": ").append(key);
        key = step.getFieldName();
      }
      found = element ? found.path(step.getIndex()) : found.path(step.getFieldName());
      wanted = element ? component(wanted) : member(wanted, key);
    }
    if (found.isMissingNode()) return new DataException(where + ": key " + key + " is missing", e);
    Throwable cause = e.getCause();
    if (cause instanceof IllegalArgumentException || cause instanceof ArithmeticException) {
      String at = key.isEmpty() ? "" : ": " + key;
      return new DataException(where + at + ": " + cause.getMessage(), e);
    }
    return new DataException(
        where + ": " + key + " must be " + rule(wanted) + ", not " + shown(found), e);
  }

  private static Type member(Type of, String key) {
    if (of instanceof ParameterizedType map) return map.getActualTypeArguments()[1];
    for (RecordComponent c : ((Class<?>) of).getRecordComponents())
      if (c.getName().equals(key)) return c.getGenericType();
    throw new IllegalStateException(of + " has no " + key);
  }

  private static Type component(Type of) {
    return of instanceof ParameterizedType list
        ? list.getActualTypeArguments()[0]
        : ((Class<?>) of).getComponentType();
  }

  private static String rule(Type type) {
    if (type == int.class || type == Integer.class) return "an integer below 2^31";
    if (type == long.class) return "an integer below 2^63";
    if (type == double.class) return "a number";
    if (type == boolean.class) return "true or false";
    if (type == String.class) return "a string";
    if (type instanceof Class<?> c && c.isEnum())
      return "one of " + Arrays.toString(c.getEnumConstants());
    Class<?> raw = (Class<?>) (type instanceof ParameterizedType p ? p.getRawType() : type);
    boolean array = raw.isArray() || Collection.class.isAssignableFrom(raw);
    return array
        ? "an array"
        : Map.class.isAssignableFrom(raw) || raw.isRecord() ? "an object" : "";
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
