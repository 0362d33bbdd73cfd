package io.kudari.spark.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.event.Event;
import io.kudari.event.EventJson;
import io.kudari.event.StepTimes;
import io.kudari.model.Figures;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GatheringTest {

  private static final StepTimes TIMES = new StepTimes(4_000_000, 20_000, 300_000, 50_000, 7_000);

  private long now;
  private final Gathering gathering =
      new Gathering(() -> now, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

  private static Event.StepDone step(long step, double loss, int examples) {
    return new Event.StepDone(step, (int) (step / 100), 0, examples, loss, 0.1, TIMES);
  }

  private static Event.Started started() {
    return new Event.Started("driver", "gradient-sharing", 2, 1, 4, 90, 500, 60, 70, 2, 200);
  }

  private static List<Event> events(List<String> lines) {
    return lines.stream().map(line -> EventJson.read(line).orElseThrow().event()).toList();
  }

  private void pass(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void theBeginningTheFirstStepLossesOfRanksAndTheEndAreToldAtOnce() {
    Event recovered = new Event.Recovered(1, 1, 1, "rank 1: killed", 0.5);
    Event finished = new Event.Finished("completed", 2, 1, -1, 3, null);
    assertEquals(List.of(started()), events(gathering.tell(started())));
    assertEquals(List.of(step(1, 2, 10)), events(gathering.tell(step(1, 2, 10))));
    assertEquals(List.of(), gathering.tell(step(2, 2, 10)));
    assertEquals(List.of(step(2, 2, 10), recovered), events(gathering.tell(recovered)));
    assertEquals(List.of(step(2, 1, 10)), events(gathering.tell(step(2, 1, 10))));
    assertEquals(List.of(finished), events(gathering.tell(finished)));
    assertEquals(List.of(), gathering.rest());
  }

  @Test
  void stepsBecomeTheirMeanByExamplesAndOfAllElseTheNewestIsTold() {
    var unusedFirst = gathering.tell(step(1, 9, 10));
    var unused = gathering.tell(new Event.Scalar("noise-scale", 2, 5));
    assertEquals(List.of(), gathering.tell(step(2, 1, 30)));
    unused = gathering.tell(new Event.Scalar("noise-scale", 3, 6));
    pass(501);
    assertEquals(
        List.of(new Event.Scalar("noise-scale", 3, 6), step(3, 1.5, 20)),
        events(gathering.tell(step(3, 3, 10))));
    Figures of =
        new Figures.OfClasses(
            9, 1, 0.5, new double[] {0.5}, new double[2], null, null, new long[2][2], null);
    assertEquals(List.of(), gathering.tell(new Event.EpochDone(0, 4, 2, of, 1)));
    assertEquals(List.of(), gathering.tell(new Event.EpochDone(1, 8, 1, of, 1)));
    var told = events(gathering.rest());
    assertEquals(1, told.size());
    Event.EpochDone epoch = (Event.EpochDone) told.get(0);
    assertEquals(1, epoch.epoch());
    assertEquals(((Figures.OfClasses) of).withoutClasses().toString(), epoch.validation() + "");
    assertTrue(((Figures.OfClasses) epoch.validation()).confusion() == null);
  }

  @Test
  void stepsThatAreTakenAgainReplaceThoseThatWereNotToldYet() {
    var unused = gathering.tell(step(1, 9, 10));
    unused = gathering.tell(step(2, 100, 10));
    unused = gathering.tell(step(3, 100, 10));
    unused = gathering.tell(step(2, 1, 10));
    assertEquals(List.of(step(2, 1, 10)), events(gathering.rest()));
  }

  /** However many measurements belong to a step, and however many epochs there are. */
  @Test
  void anHourIsToldInLessThanAMegabyteAndNeverMoreThanTwiceASecond() {
    for (int measured : new int[] {0, 12, 150}) {
      Gathering one = new Gathering(() -> now, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
      long begin = now;
      long bytes = 0;
      List<Long> at = new ArrayList<>();
      long step = 0;
      while (now - begin < TimeUnit.HOURS.toNanos(1)) {
        pass(100);
        step++;
        for (int k = 0; k < measured; k++) {
          var scalar = new Event.Scalar("gradient-norm/" + k + ".weight", step, 1 / 3.0 + k);
          assertEquals(List.of(), one.tell(scalar));
        }
        List<String> told = new ArrayList<>(one.tell(step(step, 1 / (step + 0.3), 128)));
        told.addAll(one.tell(new Event.EpochDone((int) step, step, 1 / 7.0, null, 0.1)));
        for (String line : told) bytes += line.length() + 1;
        if (told.isEmpty()) continue;
        bytes += Gathering.BYTES_AROUND;
        at.add(now);
      }
      assertTrue(bytes < 1_000_000, measured + ": " + bytes);
      assertTrue(bytes > 700_000, measured + ": " + bytes);
      for (int i = 2; i < at.size(); i++)
        assertTrue(at.get(i) - at.get(i - 1) >= Gathering.GAP_NANOS, "group " + i);
      assertTrue(at.size() > 30, "groups: " + at.size());
    }
  }
}
