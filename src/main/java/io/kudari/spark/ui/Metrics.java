package io.kudari.spark.ui;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.kudari.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;
import scala.collection.JavaConverters;

/**
 * The source {@code kudari} among the metrics of a driver, while trainings go on there: how many
 * they are, and of the one that began last its newest loss, learning rate, examples a second, step,
 * epoch (from 1), ranks and recoveries. Loss and speed are means of half a second or more; what is
 * not known yet is NaN. Thread-safe.
 */
final class Metrics implements Source {

  private static final String NAME = "kudari";

  private final MetricRegistry registry = new MetricRegistry();
  private final List<Reading> readings = new ArrayList<>();

  /** Of one training. */
  static final class Reading {

    private final Metrics of;
    private final MetricsSystem system;
    private double loss = Double.NaN;
    private double rate = Double.NaN;
    private double examplesPerSecond = Double.NaN;
    private double step = Double.NaN;
    private double epoch = Double.NaN;
    private double ranks = Double.NaN;
    private double recoveries;

    private Reading(Metrics of, MetricsSystem system) {
      this.of = of;
      this.system = system;
    }

    /** Takes over what an event tells. */
    void tell(Event event) {
      synchronized (of.readings) {
        if (event instanceof Event.Started e) ranks = e.ranks();
        if (event instanceof Event.StepDone e) step(e);
        if (event instanceof Event.Recovered e) {
          ranks = e.ranks();
          recoveries++;
        }
      }
    }

    private void step(Event.StepDone e) {
      loss = e.loss();
      rate = e.learningRate();
      step = e.step();
      epoch = e.epoch() + 1;
      long nanos = e.times().total();
      examplesPerSecond = nanos == 0 ? Double.NaN : e.examples() * 1e9 / nanos;
    }

    /** The training has ended: with the last one the source goes. */
    void end() {
      synchronized (system) {
        synchronized (of.readings) {
          readings().remove(this);
          if (!readings().isEmpty()) return;
        }
        system.removeSource(of);
      }
    }

    private List<Reading> readings() {
      return of.readings;
    }
  }

  private Metrics() {
    gauge("loss", r -> r.loss);
    gauge("learningRate", r -> r.rate);
    gauge("examplesPerSecond", r -> r.examplesPerSecond);
    gauge("step", r -> r.step);
    gauge("epoch", r -> r.epoch);
    gauge("ranks", r -> r.ranks);
    gauge("recoveries", r -> r.recoveries);
    registry.register("trainings", (Gauge<Integer>) this::trainings);
  }

  /** Of a training that begins; the source is made for the first one. */
  static Reading begin(MetricsSystem system) {
    synchronized (system) {
      Metrics metrics =
          JavaConverters.seqAsJavaList(system.getSourcesByName(NAME)).stream()
              .filter(Metrics.class::isInstance)
              .map(Metrics.class::cast)
              .findFirst()
              .orElse(null);
      boolean made = metrics == null;
      if (made) metrics = new Metrics();
      Reading begun = new Reading(metrics, system);
      synchronized (metrics.readings) {
        metrics.readings.add(begun);
      }
      if (made) system.registerSource(metrics);
      return begun;
    }
  }

  private void gauge(String name, ToDoubleFunction<Reading> value) {
    registry.register(name, (Gauge<Double>) () -> newest(value));
  }

  private double newest(ToDoubleFunction<Reading> value) {
    synchronized (readings) {
      int last = readings.size() - 1;
      return last < 0 ? Double.NaN : value.applyAsDouble(readings.get(last));
    }
  }

  private int trainings() {
    synchronized (readings) {
      return readings.size();
    }
  }

  @Override
  public String sourceName() {
    return NAME;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }
}
