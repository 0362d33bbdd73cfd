package io.kudari.spark.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import org.apache.spark.SparkConf;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

class MetricsTest {

  private final MetricsSystem system =
      MetricsSystem.createMetricsSystem("test", new SparkConf(false));

  private Object gauge(String name) {
    Source only = JavaConverters.seqAsJavaList(system.getSourcesByName("kudari")).get(0);
    return only.metricRegistry().getGauges().get(name).getValue();
  }

  private int sources() {
    return system.getSourcesByName("kudari").size();
  }

  @Test
  void trainingsAtOnceShareOneSourceWhichTellsOfTheNewestAndGoesWithTheLast() {
    Metrics.Reading first = Metrics.begin(system);
    assertEquals(Double.NaN, gauge("loss"));
    Metrics.Reading second = Metrics.begin(system);
    assertEquals(1, sources());
    assertEquals(2, gauge("trainings"));
    StepTimes half = new StepTimes(400_000_000, 0, 100_000_000, 0, 0);
    first.tell(new Event.StepDone(7, 1, 0, 10, 0.25, 0.1, half));
    second.tell(new Event.StepDone(9, 2, 0, 20, 0.5, 0.2, half));
    second.tell(new Event.Recovered(8, 1, 3, "rank 3: killed", 1));
    assertEquals(0.5, gauge("loss"));
    assertEquals(0.2, gauge("learningRate"));
    assertEquals(40.0, gauge("examplesPerSecond"));
    assertEquals(9.0, gauge("step"));
    assertEquals(3.0, gauge("epoch"));
    assertEquals(3.0, gauge("ranks"));
    assertEquals(1.0, gauge("recoveries"));
    second.end();
    assertEquals(0.25, gauge("loss"));
    assertEquals(1, gauge("trainings"));
    first.end();
    assertEquals(0, sources());
  }
}
