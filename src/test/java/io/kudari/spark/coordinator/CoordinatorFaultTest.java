package io.kudari.spark.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.spark.FaultProxy;
import io.kudari.spark.FaultProxy.Fault;
import io.kudari.spark.FaultProxy.Way;
import io.kudari.spark.Ranks;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.train.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A rank's line to the driver that breaks in some way: both ends find out, within a bound. */
@Slow
@Execution(ExecutionMode.CONCURRENT) // They wait most of the time.
class CoordinatorFaultTest {

  private static final SparkConf OPEN = new SparkConf(false);
  private static final Duration SILENCE = Duration.ofSeconds(1);

  /** The fault comes after some seconds of signs of life, and is noticed a second later. */
  private static final Duration MOST = Duration.ofSeconds(15);

  /** What a line that the driver has heard of for the last time may go on for. */
  private static final int EVENTS = 20;

  @ParameterizedTest
  @CsvSource({
    "VANISH, FROM_THE_CALLER",
    "VANISH, TO_THE_CALLER",
    "STALL, FROM_THE_CALLER",
    "STALL, TO_THE_CALLER",
    "TRICKLE, FROM_THE_CALLER",
    "TRICKLE, TO_THE_CALLER",
  })
  void aRankThatIsCutOffFromTheDriverStopsAndTheDriverCountsItAsLost(Fault fault, Way way)
      throws Exception {
    Attempt attempt = new Attempt(1, 1, 10, Ranks.BOUND, SILENCE, System::nanoTime);
    AtomicReference<RuntimeException> told = new AtomicReference<>();
    try (Coordinator driver = driver(attempt);
        FaultProxy proxy = new FaultProxy(driver.address(), fault, 500, way);
        CoordinatorClient line = line(proxy)) {
      line.whenBroken(told::set);
      String lost = null;
      long start = System.nanoTime();
      boolean answers = way == Way.TO_THE_CALLER && fault != Fault.VANISH;
      while (told.get() == null || (lost == null && !answers)) {
        assertTrue(
            System.nanoTime() - start < MOST.toNanos(), "rank: " + told + ", driver: " + lost);
        TimeUnit.MILLISECONDS.sleep(20);
        lost = attempt.lost();
      }
      String reason = told.get().getMessage();
      assertTrue(reason.startsWith("the driver cannot be reached: "), reason);
      assertTrue(reason.endsWith("it has not answered for 1.0 s"), reason);
      if (!answers) assertEquals("rank 0 gave no sign of life for 1.0 s", lost);
    }
  }

  @Test
  void aFlippedBitNeverChangesWhatIsToldOrAskedFor() throws Exception {
    Random random = new Random(21);
    for (int i = 0; i < 30; i++) {
      Way way = Way.values()[i % 2];
      int at = random.nextInt(way == Way.FROM_THE_CALLER ? 6_000 : 600);
      flip(at, way);
    }
  }

  private static void flip(int at, Way way) throws Exception {
    String where = "byte " + at + " " + way;
    Attempt attempt = new Attempt(1, 1, 10, Ranks.BOUND, SILENCE, System::nanoTime);
    long start = System.nanoTime();
    try (Coordinator driver = driver(attempt)) {
      try (FaultProxy proxy = new FaultProxy(driver.address(), Fault.FLIP, at, way);
          CoordinatorClient line = line(proxy)) {
        for (long step = 1; step <= EVENTS; step++) {
          line.accept(done(step));
          line.flush(MOST);
          assertEquals(Request.NONE, line.next(), where);
        }
      } catch (RankLostException e) {
        assertTrue(e.getMessage().startsWith("the driver cannot be reached: "), e.getMessage());
      }
      assertTrue(System.nanoTime() - start < MOST.toNanos(), where);
      List<Event> expected = new ArrayList<>();
      List<Event> arrived = new ArrayList<>();
      for (Event e = driver.nextReady(); e != null; e = driver.nextReady()) arrived.add(e);
      for (long step = 1; step <= arrived.size(); step++) expected.add(done(step));
      assertEquals(expected, arrived, where);
    }
  }

  private static Coordinator driver(Attempt attempt) {
    Coordinator driver = new Coordinator(OPEN, null, Ranks.HERE, () -> Request.NONE, state -> {});
    driver.begin(attempt);
    return driver;
  }

  private static CoordinatorClient line(FaultProxy proxy) throws InterruptedException {
    return new CoordinatorClient(OPEN, null, proxy.address(), new Greeting(1, 0), SILENCE);
  }

  private static Event.StepDone done(long step) {
    return new Event.StepDone(step, 0, 1, 1, 0.5, 0.1, new StepTimes(1, 2, 3, 4, 5));
  }
}
