package io.kudari.spark.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.event.Event;
import io.kudari.event.EventJson;
import io.kudari.event.StepTimes;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.util.kvstore.InMemoryStore;
import org.apache.spark.util.kvstore.KVStoreSerializer;
import org.junit.jupiter.api.Test;

class ShownTrainingTest {

  private static TrainingEvents events(long training, boolean ended, Event... events) {
    List<JsonNode> trees = Stream.of(events).map(ShownTrainingTest::tree).toList();
    return new TrainingEvents(training, "run", trees, ended);
  }

  private static JsonNode tree(Event event) {
    try {
      return new ObjectMapper().readTree(EventJson.line(event, Instant.EPOCH));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static Event.StepDone step(long step) {
    return new Event.StepDone(step, 0, 0, 10, 1.0 / step, 0.1, StepTimes.ZERO);
  }

  @Test
  void ofManyGroupsOlderOnesAreLeftOutButNoLossOfARank() {
    Event.Recovered recovered = new Event.Recovered(1, 1, 1, "rank 1: killed", 0.5);
    ShownTraining shown = new ShownTraining(1, "run").plus(events(1, false, step(1), recovered));
    for (long step = 2; step <= 9000; step++) shown = shown.plus(events(1, false, step(step)));
    List<Event> kept =
        shown.lines().stream().map(line -> EventJson.read(line).orElseThrow().event()).toList();
    assertTrue(kept.size() <= ShownTraining.MOST + 1, "kept: " + kept.size());
    assertTrue(kept.size() > ShownTraining.MOST / 3, "kept: " + kept.size());
    assertTrue(kept.contains(recovered));
    LongStream newest = LongStream.rangeClosed(8900, 9000);
    assertTrue(newest.allMatch(step -> kept.contains(step(step))), "the newest are all there");
    assertEquals(step(9000), shown.newest(Event.StepDone.class).orElseThrow());
    assertEquals(recovered, shown.newest(Event.Recovered.class).orElseThrow());
  }

  @Test
  void aStoreOnADiskGivesBackWhatItWasGiven() throws Exception {
    ShownTraining shown =
        new ShownTraining(7, "run \u00fc").plus(events(7, true, step(1), step(2)));
    KVStoreSerializer disk = new KVStoreSerializer();
    ShownTraining read = disk.deserialize(disk.serialize(shown), ShownTraining.class);
    assertEquals(shown.lines(), read.lines());
    assertEquals(shown.name(), read.name());
    assertEquals(7, read.number());
    assertTrue(read.ended());
  }

  @Test
  void theOldestOfThoseThatHaveEndedMakesRoom() {
    Shelf shelf = new Shelf(new InMemoryStore());
    ShownTraining runs = shelf.begin("runs");
    for (int i = 0; i < 2 * Shelf.MOST; i++) {
      ShownTraining begun = shelf.begin("run " + i);
      shelf.put(begun.plus(new TrainingEvents(begun.number(), "", List.of(), true)));
    }
    List<ShownTraining> all = shelf.all();
    assertEquals(Shelf.MOST, all.size());
    assertEquals(runs.number(), all.get(0).number());
    assertEquals(2 * Shelf.MOST + 1, all.get(Shelf.MOST - 1).number());
  }
}
