package io.kudari.event;

import static com.fasterxml.jackson.core.JsonToken.END_ARRAY;
import static com.fasterxml.jackson.core.JsonToken.VALUE_NULL;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.kudari.model.Figures;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Events as lines of JSON: an object with the event's {@code type}, such as {@code stepDone}, its
 * components by their names, and the {@code time} it was told (ISO 8601, UTC). Times are in
 * nanoseconds; numbers that are NaN or infinite are null, as is what is absent. A new kind of event
 * needs nothing here. Thread-safe.
 */
public final class EventJson {

  private static final ObjectMapper MAPPER = mapper();

  private EventJson() {}

  /**
   * An event that was recorded.
   *
   * @param time when it was told, if that is known
   */
  public record Recorded(Optional<Instant> time, Event event) {}

  /** How events tell their type. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  private interface Typed {}

  /** Figures tell by their keys what they are of. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
  @JsonSubTypes({
    @JsonSubTypes.Type(Figures.OfClasses.class),
    @JsonSubTypes.Type(Figures.OfTargets.class)
  })
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private interface Deduced {}

  private static ObjectMapper mapper() {
    JsonMapper mapper =
        JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addMixIn(Event.class, Typed.class)
            .addMixIn(Figures.class, Deduced.class)
            .addModule(
                new SimpleModule()
                    .addSerializer(double.class, new NumberOrNull())
                    .addSerializer(double[].class, new NumbersOrNulls())
                    .addDeserializer(double.class, new NumberOrNaN())
                    .addDeserializer(double[].class, new NumbersOrNaN()))
            .build();
    for (Class<?> type : Event.class.getPermittedSubclasses())
      mapper.registerSubtypes(new NamedType(type, name(type)));
    return mapper;
  }

  private static String name(Class<?> type) {
    String name = type.getSimpleName();
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  /** What a line calls the type of an event. */
  public static String type(Event event) {
    return name(event.getClass());
  }

  /** A line without its end. */
  public static String line(Event event, Instant time) {
    ObjectNode json = MAPPER.valueToTree(event);
    return json.put("time", time.toString()).toString();
  }

  /** The keys and values of figures, as they are in an event. */
  public static ObjectNode of(Figures figures) {
    return MAPPER.valueToTree(figures);
  }

  /** Reads a line; empty for what is no event, such as the half-written last line of a file. */
  public static Optional<Recorded> read(String line) {
    try {
      JsonNode json = MAPPER.readTree(line);
      if (!json.isObject()) return Optional.empty();
      Event event = MAPPER.treeToValue(json, Event.class);
      return Optional.ofNullable(event).map(e -> new Recorded(time(json.path("time")), e));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> time(JsonNode text) {
    try {
      return Optional.of(Instant.parse(text.asText()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** JSON knows neither NaN nor infinity. */
  private static final class NumberOrNull extends StdScalarSerializer<Double> {

    private static final long serialVersionUID = 1;

    NumberOrNull() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      write(value, to);
    }

    static void write(double value, JsonGenerator to) throws IOException {
      if (Double.isFinite(value)) to.writeNumber(value);
      else to.writeNull();
    }
  }

  private static final class NumbersOrNulls extends StdSerializer<double[]> {

    private static final long serialVersionUID = 1;

    NumbersOrNulls() {
      super(double[].class);
    }

    @Override
    public void serialize(double[] values, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      to.writeStartArray();
      for (double value : values) NumberOrNull.write(value, to);
      to.writeEndArray();
    }
  }

  private static final class NumberOrNaN extends StdScalarDeserializer<Double> {

    private static final long serialVersionUID = 1;

    NumberOrNaN() {
      super(Double.class);
    }

    @Override
    public Double deserialize(JsonParser from, DeserializationContext context) throws IOException {
      JsonToken token = from.currentToken();
      if (token.isNumeric()) return from.getDoubleValue();
      return (Double) context.handleUnexpectedToken(Double.class, from);
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }
  }

  private static final class NumbersOrNaN extends StdDeserializer<double[]> {

    private static final long serialVersionUID = 1;

    NumbersOrNaN() {
      super(double[].class);
    }

    @Override
    public double[] deserialize(JsonParser from, DeserializationContext context)
        throws IOException {
      DoubleStream.Builder values = DoubleStream.builder();
      if (!from.isExpectedStartArrayToken())
        return (double[]) context.handleUnexpectedToken(double[].class, from);
      for (JsonToken token = from.nextToken(); token != END_ARRAY; token = from.nextToken()) {
        if (token == VALUE_NULL) values.add(Double.NaN);
        else if (token.isNumeric()) values.add(from.getDoubleValue());
        else return (double[]) context.handleUnexpectedToken(double[].class, from);
      }
      return values.build().toArray();
    }
  }
}
