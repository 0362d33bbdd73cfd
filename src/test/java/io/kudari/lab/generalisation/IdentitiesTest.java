package io.kudari.lab.generalisation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.lab.Idle;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdentitiesTest {

  private static final List<String> IDS = List.of("biases", "weights", "masks", "masks-errors");

  /** Those that {@code weight-decay} misses; its trainings learn nothing here. */
  private static List<String> missed(Identities of) throws InterruptedException {
    WeightDecay experiment =
        new WeightDecay() {
          @Override
          Identities identities() {
            return of;
          }
        };
    return new Idle().missed(experiment).stream().filter(IDS::contains).toList();
  }

  @Test
  void decayAndDropoutOfKudariHold() throws InterruptedException {
    assertEquals(List.of(), missed(new Identities()));
  }

  @Test
  void decayOfBiasesIsCaught() throws InterruptedException {
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
  void dropoutThatDoesNotRescaleIsCaught() throws InterruptedException {
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
