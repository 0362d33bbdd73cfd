package io.kudari.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostsTest {

  private static final long MEGABYTES = 1 << 20;

  @Test
  void neighboursOfOneNameAreAHost() {
    Hosts hosts = Hosts.of(List.of("b", "b", "a", "c", "c", "c"));
    assertEquals(new Hosts(6, List.of(0, 2, 3)), hosts);
    assertEquals(
        List.of(0, 0, 1, 2, 2, 2), List.of(0, 1, 2, 3, 4, 5).stream().map(hosts::of).toList());
    assertTrue(hosts.areLevels());
    assertFalse(Hosts.of(List.of("a", "a")).areLevels(), "one host");
    assertFalse(Hosts.of(List.of("a", "b")).areLevels(), "a rank a host");
  }

  @Test
  void ranksThatAreNoNeighboursAreNoHostAndTheFirstOfThemAreNamed() {
    List<String> names = List.of("a", "b", "c", "b", "a");
    assertFalse(Hosts.areNeighbours(names));
    var e = assertThrows(IllegalArgumentException.class, () -> Hosts.of(names));
    assertEquals("rank 1 and rank 3 are on b, but not those between them", e.getMessage());
  }

  @Test
  void theSlicesOfOtherHostsAreSharedByARanksOfAHost() {
    Hosts hosts = Hosts.of(List.of("a", "a", "b", "b", "b", "b"));
    assertEquals(1, hosts.deputy(0, 1), "one's own");
    int[] slices = new int[6];
    for (int owner = 0; owner < 6; owner++) slices[hosts.deputy(0, owner)]++;
    assertEquals(3, slices[0]);
    assertEquals(3, slices[1]);
  }

  @Test
  void hostsAreUsedWhereTheyPayOrAreAskedForAndNeverWhereAMeshIs() {
    List<String> two = List.of("a", "a", "b", "b");
    Optional<Hosts> found = Optional.of(Hosts.of(two));
    assertEquals(found, Topology.AUTO.choose(two, MEGABYTES, false));
    assertEquals(Optional.empty(), Topology.AUTO.choose(two, 400, false), "too short to pay");
    assertEquals(found, Topology.HIERARCHICAL.choose(two, 400, false));
    assertEquals(Optional.empty(), Topology.MESH.choose(two, MEGABYTES, false));
    for (List<String> flat : List.of(List.of("a", "a"), List.of("a", "b"))) {
      assertEquals(Optional.empty(), Topology.AUTO.choose(flat, MEGABYTES, false));
      assertEquals(Optional.empty(), Topology.HIERARCHICAL.choose(flat, MEGABYTES, false));
    }
    List<String> mixed = List.of("a", "b", "a", "b");
    assertEquals(Optional.empty(), Topology.AUTO.choose(mixed, MEGABYTES, false));
    assertEquals(Optional.empty(), Topology.HIERARCHICAL.choose(mixed, MEGABYTES, false));
  }
}
