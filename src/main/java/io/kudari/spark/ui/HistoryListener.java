package io.kudari.spark.ui;

import java.util.TreeMap;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.status.ElementTrackingStore;
import scala.runtime.BoxedUnit;

/**
 * Reads the trainings of an event log; they are in the store when the log has been read. Used by
 * one thread.
 */
final class HistoryListener extends SparkListener {

  private final TreeMap<Long, ShownTraining> trainings = new TreeMap<>();

  HistoryListener(ElementTrackingStore store) {
    Shelf shelf = new Shelf(store);
    store.onFlush(
        () -> {
          trainings.values().forEach(shelf::put);
          return BoxedUnit.UNIT;
        });
  }

  @Override
  public void onOtherEvent(SparkListenerEvent event) {
    if (!(event instanceof TrainingEvents more)) return;
    ShownTraining known = trainings.get(more.training());
    if (known == null) known = begin(more);
    trainings.put(more.training(), known.plus(more));
  }

  private ShownTraining begin(TrainingEvents more) {
    if (trainings.size() >= Shelf.MOST)
      trainings.values().stream()
          .filter(ShownTraining::ended)
          .findFirst()
          .map(ShownTraining::number)
          .ifPresent(trainings::remove);
    return new ShownTraining(more.training(), more.name());
  }
}
