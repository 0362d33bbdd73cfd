package io.kudari.train.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.event.Event;
import io.kudari.math.Layout;
import io.kudari.math.VectorSource;
import io.kudari.train.Meter;
import io.kudari.train.Workers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepLossTest {

  @Test
  void everyStepTellsTheMeanOfItsExamples() {
    Meter meter = new StepLoss().open(new Meter.Context(null, Layout.flat(1), null));
    List<Event> events = new ArrayList<>();
    for (int step = 1; step <= 3; step++) {
      Workers.Sum sum =
          new Workers.Sum(VectorSource.of(new float[1]), 8 * step, 16, null, 0, null, null, false);
      meter.before(null, step, new float[1], sum);
      meter.after(step, new float[1], events::add);
    }
    assertEquals(
        List.of(
            new Event.Scalar("step-loss", 1, .5),
            new Event.Scalar("step-loss", 2, 1),
            new Event.Scalar("step-loss", 3, 1.5)),
        events);
  }
}
