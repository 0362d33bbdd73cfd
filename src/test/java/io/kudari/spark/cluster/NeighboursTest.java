package io.kudari.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which hosts tasks are wished on. */
class NeighboursTest {

  @Test
  void eachHostGetsAsManyAsSparkWouldGiveItOneAfterTheOther() {
    List<Neighbours.Place> two =
        List.of(new Neighbours.Place("a", 2), new Neighbours.Place("b", 4));
    assertEquals(List.of("a", "a", "b"), Neighbours.hosts(two, 3));
    assertEquals(List.of("a", "a", "b", "b", "b", "b"), Neighbours.hosts(two, 6));
    List<Neighbours.Place> small =
        List.of(
            new Neighbours.Place("a", 1),
            new Neighbours.Place("b", 1),
            new Neighbours.Place("a", 1),
            new Neighbours.Place("b", 1));
    assertEquals(List.of("a", "a", "b", "b"), Neighbours.hosts(small, 4));
  }

  @Test
  void nothingIsWishedWhereNumbersDoNotMatterOrThereIsNoRoom() {
    List<Neighbours.Place> two =
        List.of(new Neighbours.Place("a", 2), new Neighbours.Place("b", 2));
    assertEquals(List.of(), Neighbours.hosts(two, 2), "a task a host");
    assertEquals(List.of(), Neighbours.hosts(two, 5), "no room");
    assertEquals(List.of(), Neighbours.hosts(two.subList(0, 1), 2), "one host");
    assertEquals(List.of(), Neighbours.hosts(List.of(), 1));
  }
}
