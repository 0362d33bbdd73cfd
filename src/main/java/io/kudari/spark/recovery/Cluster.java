package io.kudari.spark.recovery;

import io.kudari.event.Event;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.coordinator.Attempt;
import io.kudari.train.TrainState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * All that a {@link Supervisor} asks of the outside: ranks, what they tell, and time. Used by one
 * thread.
 */
interface Cluster {

  /** Nanoseconds of a clock that nobody sets. */
  default long nanos() {
    return System.nanoTime();
  }

  /** Waits. */
  default void pause(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }

  /**
   * Starts the ranks of an attempt, which may call from now on. The attempt before must have ended.
   *
   * @param from what they go on from, or null at the beginning
   * @throws RankLostException when there is nothing any more to start them on
   */
  Job start(Attempt attempt, int ranks, TrainState from);

  /** The next event that ranks told, or null when none came for a while. */
  Event next() throws InterruptedException;

  /** The next event that is there already, or null. */
  Event nextReady();

  /**
   * Waits until nothing of the last attempt runs any more, and ends executors that do not end it.
   *
   * @return the executors that were ended
   */
  List<String> clear() throws InterruptedException;

  /**
   * Waits for room for so many ranks; takes fewer when no more has come within some seconds. While
   * others use slots that would be enough, it waits for them, unless the run is asked to end.
   *
   * @param say takes a line for the user now and then while it takes long
   * @return number of ranks there is room for, within least..wanted
   * @throws RankLostException when there is not enough within a minute, used by others or not
   */
  int room(int least, int wanted, Consumer<String> say) throws InterruptedException;

  /** Whether no other attempt can begin. */
  boolean hasEnded();

  /** The ranks of an attempt. */
  interface Job extends AutoCloseable {

    /**
     * Whether none of the ranks has begun because others use their slots, which is no fault.
     *
     * @param say takes a line for the user now and then while it is so
     * @throws RankLostException when no rank will ever begin
     */
    boolean isWaiting(Consumer<String> say);

    /** How far the reading of the examples is that the ranks wait for, where that is known. */
    default Optional<Event.Reading> reading() {
      return Optional.empty();
    }

    /** Whether nothing more is to come. */
    boolean isDone();

    /**
     * What the ranks ended with: all of them, or those that ended when one has failed.
     *
     * @throws RankLostException when the cluster ended them
     */
    List<RankOutcome> outcomes();

    /** Ends the ranks that still run, without waiting for it. */
    @Override
    void close();
  }
}
