package io.kudari.train.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.event.Event;
import io.kudari.math.Layout;
import io.kudari.train.Meter;
import io.kudari.train.Workers;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentBytesTest {

  @Test
  void meansAreOfTheStepsSinceTheLastAndARoundMayPassAMultiple() {
    long[] sent = {1000};
    Meter meter = new SentBytes().open(new Meter.Context(null, Layout.flat(75), workers(sent)));
    List<Event> events = new ArrayList<>();
    for (long steps : new long[] {17, 19, 23, 25, 39, 40}) {
      meter.after(steps, new float[1], events::add);
      sent[0] += 60;
    }
    assertEquals(
        List.of(
            new Event.Scalar("sent-bytes", 23, 120 / 6.0),
            new Event.Scalar("compression-ratio", 23, 8 * 75 * 3 / 4.0 * 2 / 120),
            new Event.Scalar("sent-bytes", 40, 180 / 17.0),
            new Event.Scalar("compression-ratio", 40, 8 * 75 * 3 / 4.0 * 3 / 180)),
        events);
  }

  /** All that is asked of them is how many they are, and how many bytes they have sent. */
  private static Workers workers(long[] sent) {
    return (Workers)
        Proxy.newProxyInstance(
            SentBytesTest.class.getClassLoader(),
            new Class<?>[] {Workers.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("ranks")) return 4;
              assertEquals("sentBytes", method.getName());
              return sent[0];
            });
  }
}
