package io.kudari.lab.generalisation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.lab.Check;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdentitiesTest {

  private static List<String> missed(Identities of) {
    return of.checks("", "").stream().filter(Check::missed).map(Check::id).toList();
  }

  @Test
  void decayAndDropoutOfKudariHold() {
    assertEquals(List.of(), missed(new Identities()));
  }

  @Test
  void decayOfBiasesIsCaught() {
    List<String> missed =
        missed(
            new Identities() {
              @Override
              Layout layout() {
                return new Layout(
                    super.layout().segments().stream()
                        .map(s -> new Segment(s.name(), s.offset(), s.shape(), Role.WEIGHT))
                        .toList());
              }
            });
    assertEquals(List.of("biases"), missed);
  }

  @Test
  void dropoutThatDoesNotRescaleIsCaught() {
    List<String> missed =
        missed(
            new Identities() {
              @Override
              double masked(double output) {
                return .9 * output;
              }
            });
    assertEquals(List.of("masks", "masks-errors"), missed);
  }
}
