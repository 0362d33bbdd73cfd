package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.event.Event;
import io.kudari.model.Figures;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrialOutcomeTest {

  @Test
  void anOutcomeIsTheSameAfterItsWayFromAnExecutor() throws Exception {
    Figures figures = new Figures.OfTargets(3, 0.5, 0.25, 0.5, 0.4, 0.9);
    Event.Finished end = new Event.Finished("completed", 8, 2, -1, 0.5, figures);
    List<Optional<Figures>> both = List.of(Optional.of(figures), Optional.empty());
    for (Optional<Figures> validation : both) {
      List<Event> told = List.of(new Event.EpochDone(0, 8, 0.5, null, 0.1));
      TrialOutcome.Trained sent = new TrialOutcome.Trained(end, validation, "ab", 4, told);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(sent);
      }
      assertEquals(sent, TrialTask.read(bytes.toByteArray()));
    }
  }
}
