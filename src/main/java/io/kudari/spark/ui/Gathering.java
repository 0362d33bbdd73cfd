package io.kudari.spark.ui;

import io.kudari.event.Event;
import io.kudari.event.EventJson;
import io.kudari.event.StepMean;
import io.kudari.model.Figures;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Makes few events of many: at most two groups a second, and in the long run as many as fit {@value
 * #BYTES_A_SECOND} bytes a second, for a log of Spark's keeps them all. Steps become one, their
 * mean; of everything else the newest is told: of measurements by tag, of evaluations by subset.
 * The beginning, the first step, what goes back to an earlier state and the end are told at once.
 * What single classes have is left out. Not thread-safe.
 */
final class Gathering {

  static final long GAP_NANOS = 500_000_000;

  /** Beyond what the seconds allow. */
  static final long BYTES_AT_ONCE = 250_000;

  static final long BYTES_A_SECOND = 150;

  /** What is written around a group. */
  static final long BYTES_AROUND = 120;

  private final LongSupplier nanos;
  private final Clock clock;
  private final long began;
  private final StepMean steps = new StepMean();
  private final Map<String, Event> measured = new LinkedHashMap<>();
  private final Map<String, Event> others = new LinkedHashMap<>();
  private long told;
  private long bytes;
  private long step;
  private boolean first = true;

  /** Of a training that begins, by this machine's clocks. */
  Gathering() {
    this(System::nanoTime, Clock.systemUTC());
  }

  /**
   * Of a training that begins.
   *
   * @param nanos of a monotonic clock, such as {@link System#nanoTime}
   * @param clock of the events' times
   */
  Gathering(LongSupplier nanos, Clock clock) {
    this.nanos = nanos;
    this.clock = clock;
    this.began = nanos.getAsLong();
    this.told = began;
  }

  /**
   * Takes an event over.
   *
   * @return lines to tell now; none for what can wait
   */
  List<String> tell(Event event) {
    if (isLasting(event)) {
      List<Event> all = pending();
      all.add(withoutClasses(event));
      first = true;
      return lines(all);
    }
    if (event instanceof Event.Scalar s) {
      // Its step comes next, and is told with it.
      measured.put(s.tag(), s);
      return List.of();
    }
    boolean now = isDue();
    if (event instanceof Event.StepDone s) {
      now |= first;
      first = false;
      step(s);
    } else {
      others.put(name(event), withoutClasses(event));
    }
    return now ? rest() : List.of();
  }

  /** Whether all that is told later hangs on it. */
  static boolean isLasting(Event event) {
    return event instanceof Event.Started
        || event instanceof Event.Resumed
        || event instanceof Event.Recovered
        || event instanceof Event.Finished;
  }

  /** Lines of all that has not been told; none if there is nothing. */
  List<String> rest() {
    return lines(pending());
  }

  private boolean isDue() {
    long now = nanos.getAsLong();
    long allowed = BYTES_AT_ONCE + BYTES_A_SECOND * ((now - began) / 1_000_000_000);
    return now - told >= GAP_NANOS && bytes <= allowed;
  }

  /** Steps that are taken again replace those that were not told yet. */
  private void step(Event.StepDone s) {
    if (s.step() <= step) steps.clear();
    step = s.step();
    steps.add(s);
  }

  private List<Event> pending() {
    List<Event> all = new ArrayList<>(measured.values());
    if (!steps.isEmpty()) all.add(steps.mean());
    all.addAll(others.values());
    measured.clear();
    steps.clear();
    others.clear();
    return all;
  }

  private List<String> lines(List<Event> events) {
    if (events.isEmpty()) return List.of();
    List<String> lines = events.stream().map(e -> EventJson.line(e, clock.instant())).toList();
    told = nanos.getAsLong();
    bytes += BYTES_AROUND;
    for (String line : lines) bytes += line.getBytes(StandardCharsets.UTF_8).length + 1;
    return lines;
  }

  private static String name(Event event) {
    if (event instanceof Event.Evaluated e) return "evaluated " + e.subset();
    return EventJson.type(event);
  }

  private static Event withoutClasses(Event event) {
    if (event instanceof Event.EpochDone e)
      return new Event.EpochDone(
          e.epoch(), e.step(), e.trainLoss(), brief(e.validation()), e.seconds());
    if (event instanceof Event.Evaluated e)
      return new Event.Evaluated(e.step(), e.epochs(), e.subset(), brief(e.figures()));
    if (event instanceof Event.Finished e)
      return new Event.Finished(
          e.why(), e.steps(), e.epochs(), e.restored(), e.seconds(), brief(e.test()));
    return event;
  }

  private static Figures brief(Figures figuresOrNull) {
    return figuresOrNull instanceof Figures.OfClasses of ? of.withoutClasses() : figuresOrNull;
  }
}
