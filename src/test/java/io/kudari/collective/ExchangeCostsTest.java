package io.kudari.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeCostsTest {

  private static final Hosts TWO_OF_TWO = hosts(2, 2);

  private static Hosts hosts(int hosts, int each) {
    List<Integer> firsts = IntStream.range(0, hosts).mapToObj(h -> h * each).toList();
    return new Hosts(hosts * each, firsts);
  }

  /**
   * Costs by which an exchange by hosts takes such a part of what a mesh's step waits for: of
   * memory between ranks alone, which a mesh has no use for.
   */
  private static ExchangeCosts byHostsInPart(double part, double waits, double bytes, Hosts hosts) {
    ExchangeCosts free = new ExchangeCosts(5e-5, 8e-10, 0, 0, 0);
    double left = part * waits - free.hierarchical(bytes, hosts);
    assertTrue(left > 0, "hosts gain more than this");
    return new ExchangeCosts(5e-5, 8e-10, 0, left / 2, 0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {4e5, 4e6, 4e8})
  void hostsPayWhereTheyTakeLessThanFourFifthsOfAMesh(double bytes) {
    double mesh = new ExchangeCosts(5e-5, 8e-10, 0, 0, 0).mesh(bytes, TWO_OF_TWO);
    ExchangeCosts under = byHostsInPart(0.79, mesh, bytes, TWO_OF_TWO);
    ExchangeCosts over = byHostsInPart(0.81, mesh, bytes, TWO_OF_TWO);
    assertEquals(0.81 * mesh, over.hierarchical(bytes, TWO_OF_TWO), 1e-9 * mesh);
    assertTrue(under.hostsPay(bytes, TWO_OF_TWO, false), "just under");
    assertFalse(over.hostsPay(bytes, TWO_OF_TWO, false), "just over");
  }

  /** Then a step waits for α, and for the parts that 8 ranks send 8 others. */
  @ParameterizedTest
  @ValueSource(doubles = {4e6, 4e8})
  void whereAMeshMaySendEarlyHostsAreComparedWithItsGatherAlone(double bytes) {
    Hosts hosts = hosts(2, 8);
    double gather = 5e-5 + 8 * 8 / 16.0 * bytes * 8e-10;
    assertTrue(byHostsInPart(0.79, gather, bytes, hosts).hostsPay(bytes, hosts, true), "under");
    ExchangeCosts over = byHostsInPart(0.81, gather, bytes, hosts);
    assertFalse(over.hostsPay(bytes, hosts, true), "over");
    assertTrue(over.hostsPay(bytes, hosts, false), "nothing is sent early");
    for (double any : new double[] {4e3, bytes})
      assertFalse(ExchangeCosts.ASSUMED.hostsPay(any, TWO_OF_TWO, true), "two ranks a host");
  }

  /** Those of docs/configuration.md, of 10 Gbit/s: in parameters of 4 bytes. */
  @Test
  void hostsPayFromTheDocumentedNumberOfParametersOn() {
    assertPaysFrom(13_300, 2, 2, false);
    assertPaysFrom(1_300, 2, 8, false);
    assertPaysFrom(8_100, 2, 8, true);
  }

  private static void assertPaysFrom(int parameters, int hosts, int each, boolean early) {
    Hosts all = hosts(hosts, each);
    String where = parameters + " parameters, " + hosts + " hosts of " + each;
    assertFalse(ExchangeCosts.ASSUMED.hostsPay(4 * 0.97 * parameters, all, early), where);
    assertTrue(ExchangeCosts.ASSUMED.hostsPay(4 * 1.03 * parameters, all, early), where);
  }

  @Test
  void hostsDoNotPayWhereNothingIsSummed() {
    assertFalse(ExchangeCosts.ASSUMED.hostsPay(0, hosts(16, 8), false));
  }
}
