package io.kudari.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
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
  void theHostOfAnExecutorIsReadWithAndWithoutItsPortAndNeverGuessed() {
    for (String host : List.of("node-7.lan", "10.0.0.7", "[fe80::1]")) {
      assertEquals(Optional.of(host), Neighbours.host(host), "before its blocks are known");
      assertEquals(Optional.of(host), Neighbours.host(host + ":7078"));
    }
    assertEquals(Optional.empty(), Neighbours.host(null));
    for (String doubtful : List.of("", ":7078", "fe80::1", "node:", "node:x", "[fe80::1", "[]:1"))
      assertEquals(Optional.empty(), Neighbours.host(doubtful), doubtful);
  }

  @Test
  void nothingIsWishedThatSparkWouldInsistOn() {
    assertTrue(Neighbours.mayWait(new SparkConf(false)));
    assertTrue(Neighbours.mayWait(conf("", "1s")));
    assertFalse(Neighbours.mayWait(conf("", "10s")));
    assertTrue(
        Neighbours.mayWait(
            conf("", "10s")
                .set("spark.locality.wait.node", "0")
                .set("spark.locality.wait.rack", "2s")));
    assertFalse(Neighbours.mayWait(conf(".rack", "30s")));
    assertFalse(Neighbours.mayWait(conf(".legacyResetOnTaskLaunch", "true")));
  }

  private static SparkConf conf(String key, String value) {
    return new SparkConf(false).set("spark.locality.wait" + key, value);
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
