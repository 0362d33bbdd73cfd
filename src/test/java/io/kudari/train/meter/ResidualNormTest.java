package io.kudari.train.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.event.Event;
import io.kudari.math.Layout;
import io.kudari.train.Meter;
import io.kudari.train.Workers;
import io.kudari.train.plan.StepRange;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResidualNormTest {

  @Test
  void itIsTheNormOverAllWorkersInEveryTwentiethStepAndOfNothingKeptThereIsNone() {
    List<Event> told = new ArrayList<>();
    for (double[] squares : new double[][] {{9, 0, 16}, {}}) {
      Workers workers =
          (Workers)
              Proxy.newProxyInstance(
                  ResidualNormTest.class.getClassLoader(),
                  new Class<?>[] {Workers.class},
                  (proxy, method, arguments) -> squares);
      Meter meter = new ResidualNorm().open(new Meter.Context(null, Layout.flat(1), workers));
      // Rounds of three steps, of which one has a multiple of twenty.
      for (long step = 15; step < 27; step += 3) {
        meter.before(new StepRange(step, 0, 0, 1, false), step + 3, new float[1], null);
        meter.after(step + 3, new float[1], told::add);
      }
    }
    assertEquals(List.of(new Event.Scalar("residual-norm", 21, 5)), told);
  }
}
