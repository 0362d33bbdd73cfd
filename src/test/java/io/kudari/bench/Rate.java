package io.kudari.bench;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/**
 * What one process measured while in steady state: the last line it prints, as JSON.
 *
 * @param examples processed
 * @param seconds it took
 * @param loss mean training loss at the end, to see that it trains; null where it is not known
 * @param split milliseconds a step by part, empty for peers
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Rate(long examples, double seconds, Double loss, Map<String, Double> split) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Rate of(long examples, long nanos, double loss) {
    return new Rate(examples, nanos / 1e9, loss, Map.of());
  }

  double perSecond() {
    return examples / seconds;
  }

  void print() throws JsonProcessingException {
    System.out.println(JSON.writeValueAsString(this));
  }

  static Rate parse(String line) throws JsonProcessingException {
    Rate rate = JSON.readValue(line, Rate.class);
    return rate.split() == null
        ? new Rate(rate.examples(), rate.seconds(), rate.loss(), Map.of())
        : rate;
  }
}
