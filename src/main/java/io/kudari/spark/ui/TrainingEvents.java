package io.kudari.spark.ui;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.apache.spark.scheduler.SparkListenerEvent;

/**
 * What a training told lately, among the events of a Spark application. Spark's event log has it by
 * the name of this class and of its components, which therefore never change.
 *
 * @param training of the application, from 1
 * @param name where it leaves its results, or empty
 * @param events as {@link io.kudari.event.EventJson} writes them, thinned
 * @param ended whether it tells nothing more
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record TrainingEvents(long training, String name, List<JsonNode> events, boolean ended)
    implements SparkListenerEvent {

  /** Copies the list; a log of another version may have less. */
  public TrainingEvents {
    name = name == null ? "" : name;
    events = events == null ? List.of() : List.copyOf(events);
  }

  /** The events as lines. */
  List<String> lines() {
    return events.stream().map(JsonNode::toString).toList();
  }
}
