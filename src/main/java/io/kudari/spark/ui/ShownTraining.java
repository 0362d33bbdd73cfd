package io.kudari.spark.ui;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.kudari.event.Event;
import io.kudari.event.EventJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.util.kvstore.KVIndex;

/**
 * What Spark's page shows of a training, in Spark's store of what it shows, which finds it by its
 * number and may write it to a disk as JSON. Of {@value #MOST} groups of events every second of the
 * older ones is left out. Immutable.
 */
public final class ShownTraining {

  /** Of groups. */
  static final int MOST = 2000;

  @KVIndex
  @JsonProperty("number")
  private final long number;

  @JsonProperty("name")
  private final String name;

  @JsonProperty("groups")
  private final List<List<String>> groups;

  @JsonProperty("ended")
  private final boolean ended;

  /** As it was written. */
  @JsonCreator
  ShownTraining(
      @JsonProperty("number") long number,
      @JsonProperty("name") String name,
      @JsonProperty("groups") List<List<String>> groups,
      @JsonProperty("ended") boolean ended) {
    this.number = number;
    this.name = name;
    this.groups = groups;
    this.ended = ended;
  }

  /** One that has told nothing. */
  ShownTraining(long number, String name) {
    this(number, name, List.of(), false);
  }

  /** Of the application, from 1. */
  long number() {
    return number;
  }

  /** Where it leaves its results, or empty. */
  String name() {
    return name;
  }

  /** Whether it tells nothing more. */
  boolean ended() {
    return ended;
  }

  /** Of all its events. */
  List<String> lines() {
    return groups.stream().flatMap(List::stream).toList();
  }

  /** The newest event of a kind. */
  <T extends Event> Optional<T> newest(Class<T> kind) {
    for (int i = groups.size() - 1; i >= 0; i--)
      for (int k = groups.get(i).size() - 1; k >= 0; k--) {
        Optional<EventJson.Recorded> line = EventJson.read(groups.get(i).get(k));
        if (line.isPresent() && kind.isInstance(line.get().event()))
          return line.map(of -> kind.cast(of.event()));
      }
    return Optional.empty();
  }

  /** The same and what it has told since. */
  ShownTraining plus(TrainingEvents more) {
    List<List<String>> all = new ArrayList<>(groups);
    if (!more.events().isEmpty()) all.add(more.lines());
    return new ShownTraining(
        number, name, all.size() < MOST ? all : thinned(all), ended || more.ended());
  }

  private static List<List<String>> thinned(List<List<String>> all) {
    List<List<String>> kept = new ArrayList<>();
    for (int i = 0; i < all.size(); i++)
      if (i % 2 == 1 || i > all.size() - MOST / 4 || lasts(all.get(i))) kept.add(all.get(i));
    return kept;
  }

  private static boolean lasts(List<String> group) {
    return group.stream()
        .flatMap(line -> EventJson.read(line).stream())
        .anyMatch(line -> Gathering.isLasting(line.event()));
  }
}
