package io.kudari.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.event.JsonNumbers;
import java.io.IOException;

/** Records of the lab as JSON; a number that is not finite is null. Thread-safe. */
final class LabJson {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .addModule(JsonNumbers.module())
          .build();

  private LabJson() {}

  /** On one line, without a line break. */
  static String line(Object value) throws IOException {
    return MAPPER.writeValueAsString(value);
  }

  /** Indented, with a line break at the end. */
  static String page(Object value) throws IOException {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
  }

  /** A lab's record: what of it are times lies in {@code seconds}, also whole findings. */
  static String record(LabRecord lab) throws IOException {
    ObjectNode root = MAPPER.valueToTree(lab);
    for (JsonNode entry : root.withArray("experiments")) {
      ObjectNode of = (ObjectNode) entry;
      boolean timed = of.remove("timed").asBoolean();
      if (!timed) continue;
      JsonNode taken = of.remove("seconds");
      JsonNode findings = of.remove("findings");
      ObjectNode seconds = of.putObject("seconds");
      seconds.set("taken", taken);
      seconds.set("findings", findings);
    }
    return page(root);
  }

  static <T> T read(String line, Class<T> type) throws JsonProcessingException {
    return MAPPER.readValue(line, type);
  }
}
