package io.kudari.train;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * When a loop states where it is. All loops of a run decide alike, because all saw the same sums.
 * Not thread-safe.
 */
final class Snapshots {

  private final SnapshotRule rule;
  private final Consumer<TrainState> receiver;
  private boolean due;
  private boolean busy;
  private boolean stated;

  Snapshots(SnapshotRule rule, Consumer<TrainState> receiver) {
    this.rule = rule;
    this.receiver = receiver;
  }

  /** Somebody may have asked for one, or be busy with an earlier one. */
  void heard(Request request, boolean busyNow) {
    ask(request == Request.SNAPSHOT);
    busy = busyNow;
  }

  /** One is due, if asked. */
  void ask(boolean asked) {
    due |= asked;
  }

  /** After steps: at once when the run is interrupted, else when one is due and none on its way. */
  void afterSteps(long before, long now, boolean interrupted, Supplier<TrainState> state) {
    stated = false;
    ask(rule.dueAfterSteps(before, now));
    if (!interrupted) whenDue(state);
    else if (!rule.isNever()) take(state);
  }

  /** After an epoch's evaluation. */
  void afterEpochs(int done, Supplier<TrainState> state) {
    stated = false;
    ask(rule.dueAfterEpochs(done));
    whenDue(state);
  }

  /** At the end of a run that was not interrupted. */
  void atEnd(Supplier<TrainState> state) {
    if (!rule.isNever() && !stated) take(state);
  }

  private void whenDue(Supplier<TrainState> state) {
    if (due && !busy) take(state);
  }

  private void take(Supplier<TrainState> state) {
    receiver.accept(state.get());
    due = false;
    busy = true;
    stated = true;
  }
}
