package io.kudari.train;

import io.kudari.event.Event;
import io.kudari.model.ModelSpec;
import java.util.function.Consumer;

/** Training loops of which a test says only what it is about. */
public final class Loops {

  private Loops() {}

  /** From the plan's start values, without snapshots. */
  public static TrainingLoop fresh(
      ModelSpec model, DataPlan data, TrainingPlan plan, Workers workers, Consumer<Event> events) {
    TrainState start = TrainState.initial(model, plan);
    return new TrainingLoop(
        model, data, plan, workers, events, start, SnapshotRule.NEVER, part -> {});
  }
}
