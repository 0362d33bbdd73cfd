package io.kudari.engine.dl4j;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;

/**
 * The classes that a Deeplearning4j configuration names, which Deeplearning4j makes objects of:
 * only its own and ND4J's are let in. Looks at the text token by token, as Deeplearning4j does, so
 * that no name that is there twice or is written by escapes hides.
 */
final class Dl4jClasses {

  private static final String KEY = "@class";

  private static final List<String> PACKAGES =
      List.of("org.deeplearning4j.nn.", "org.nd4j.linalg.");

  private Dl4jClasses() {}

  /**
   * Checks a text before anything is made of it.
   *
   * @param source names it in errors
   * @throws IllegalArgumentException when it is not JSON, or names another class; one line
   */
  static void check(String json, String source) {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token != JsonToken.FIELD_NAME || !parser.getCurrentName().equals(KEY)) continue;
        String name = parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
        if (PACKAGES.stream().noneMatch(name::startsWith)) {
          throw new IllegalArgumentException(
              source
                  + ": names the class '"
                  + name.replaceAll("[^\\w.$]", "?")
                  + "', only Deeplearning4j's and ND4J's own are read");
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          source + ": not a Deeplearning4j configuration: " + Dl4jFile.firstLine(e), e);
    }
  }
}
