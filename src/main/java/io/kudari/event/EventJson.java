package io.kudari.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.model.Figures;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Events as lines of JSON: an object with the event's {@code type}, such as {@code stepDone}, its
 * components by their names, and the {@code time} it was told (ISO 8601, UTC). Times are in
 * nanoseconds; numbers that are NaN or infinite are null, as is what is absent. A new kind of event
 * needs nothing here. Thread-safe.
 */
public final class EventJson {

  private static final ObjectMapper MAPPER = mapper();

  /** A component of {@link Figures.OfClasses}. */
  private static final String SCORES = "scores";

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
            .addModule(JsonNumbers.module())
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

  /** The keys and values of figures, as they are in an event, but none within another. */
  public static ObjectNode of(Figures figures) {
    ObjectNode json = MAPPER.valueToTree(figures);
    if (json.remove(SCORES) instanceof ObjectNode scores) json.setAll(scores);
    return json;
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
}
