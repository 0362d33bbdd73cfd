package io.kudari.spark.cluster;

import java.lang.reflect.Field;
import java.util.Timer;
import org.apache.spark.BarrierTaskContext$;

/**
 * Spark's timer for barriers, which says in the log who waits for whom. Its thread is never ended
 * and keeps its process alive: no program whose {@code main} returns after a barrier stage in local
 * mode would ever end. This one is a daemon.
 */
public final class BarrierTimer extends Timer {

  private static final String NAME = "Barrier task timer for barrier() calls.";
  private static final String FIELD = "org$apache$spark$BarrierTaskContext$$timer";

  private BarrierTimer() {
    super(NAME, true);
  }

  /**
   * Puts it in the place of Spark's in this process, unless it is there already. Where that cannot
   * be done, a program has to end by {@code System.exit}.
   */
  public static synchronized void take() {
    try {
      Field timer = BarrierTaskContext$.class.getDeclaredField(FIELD);
      timer.setAccessible(true);
      // Spark 4 has a pool of daemons there.
      Object found = timer.get(BarrierTaskContext$.MODULE$);
      if (!(found instanceof Timer before) || before instanceof BarrierTimer) return;
      timer.set(BarrierTaskContext$.MODULE$, new BarrierTimer());
      before.cancel();
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Another Spark than it was made for.
    }
  }
}
