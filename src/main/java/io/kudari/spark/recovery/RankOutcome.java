package io.kudari.spark.recovery;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.kudari.collective.CollectiveException;
import io.kudari.collective.LinkException;
import io.kudari.data.DataException;
import io.kudari.data.Normalizer;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.train.TrainingLoop;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import org.apache.spark.TaskKilledException;
import org.apache.spark.shuffle.FetchFailedException;
import org.apache.spark.util.ShutdownHookManager;

/**
 * What a rank's task returns. A failure is returned rather than thrown: Spark loses the exception
 * of a barrier task and keeps only its text.
 *
 * @param parameters of rank 0, else null
 * @param normalizer of the inputs, or null
 * @param interrupted whether training ended because it was asked to
 * @param failure why the rank ended early, or null
 */
@SuppressWarnings("ArrayRecordComponent")
@DefaultSerializer(JavaSerializer.class) // Kryo knows no records, and here no registrator.
public record RankOutcome(
    float[] parameters, Normalizer normalizer, boolean interrupted, Throwable failure)
    implements java.io.Serializable {

  /** The end of a rank that could go on, were it not for another one. */
  public static RankOutcome followed(String reason) {
    return failed(new RankLostException(reason, null));
  }

  /** Whether this rank ended because of another one. */
  public boolean followed() {
    return isOfAnother(failure);
  }

  private static boolean isOfAnother(Throwable failure) {
    // What was dealt is with an executor that is lost.
    if (failure != null && failure.getCause() instanceof FetchFailedException) return true;
    return failure instanceof FetchFailedException
        || failure instanceof CollectiveException
        || failure instanceof LinkException
        || failure instanceof RankLostException
        || failure instanceof InterruptedException
        || failure instanceof TaskKilledException;
  }

  /**
   * This, or the outcome of a rank that is not to blame when its process is being ended: file
   * systems and much else are closed under a task then, which may fail in any way.
   */
  RankOutcome unlessProcessEnds() {
    boolean ends = failure != null && ShutdownHookManager.inShutdown();
    return ends ? followed("the executor is shutting down") : this;
  }

  public static RankOutcome failed(Throwable failure) {
    return new RankOutcome(null, null, false, isWritten(failure) ? failure : retold(failure));
  }

  private static boolean isWritten(Throwable failure) {
    try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
      out.writeObject(failure);
      return true;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  /** The same in classes that travel: one that does not would count as a lost rank. */
  private static Throwable retold(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (isOfAnother(failure)) return new RankLostException(message, null);
    if (failure instanceof DataException) return new DataException(message);
    if (failure instanceof IOException) return new IOException(message);
    return new IllegalStateException(failure.getClass().getSimpleName() + ": " + message);
  }

  static RankOutcome done(int rank, TrainingLoop.Result result) {
    return new RankOutcome(
        rank == 0 ? result.parameters() : null, result.normalizer(), result.interrupted(), null);
  }
}
