package io.kudari.run;

import io.kudari.data.DataException;
import io.kudari.data.ExampleSource;
import io.kudari.data.SetReader;
import io.kudari.data.SourceReader;
import io.kudari.data.format.SparkTable;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.data.SparkReader;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * An application of Spark for work that is no training, such as applying a model: it ends when this
 * is closed.
 */
public final class SparkTasks implements AutoCloseable {

  private final SparkSource.Session session;

  private SparkTasks(SparkSource.Session session) {
    this.session = session;
  }

  /** Whether a source can be read by tasks alone. */
  public static boolean areNeeded(ExampleSource source) {
    return source instanceof SparkTable;
  }

  /**
   * Starts it, and waits for its first executor.
   *
   * @param say takes a line for the user now and then while that takes long
   * @throws RankSlots.UnsuitableException when its master or a setting is no use, or no executor
   *     comes
   * @throws DataException when the heap is too small for Spark
   */
  public static SparkTasks start(SparkSettings settings, Consumer<String> say) throws IOException {
    settings.check();
    SparkTasks started = new SparkTasks(settings.forTables().forTasks());
    try {
      RankSlots.awaitOne(started.context(), say);
      return started;
    } catch (InterruptedException e) {
      started.close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while Spark starts", e);
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  /** Where jobs are submitted. */
  public JavaSparkContext context() {
    return session.context();
  }

  /**
   * What reads sets by tasks, and brings examples to this process.
   *
   * @param here says where those are kept
   */
  public SetReader reader(SourceReader here) {
    return new SparkReader(session.context(), here, true);
  }

  /**
   * A source as tasks read it: Spark finds its table, if it is one.
   *
   * @param key that names it in a configuration, such as {@code data.test}
   * @throws io.kudari.config.ConfigurationException when it needs a data frame that code gives
   * @throws DataException when Spark cannot find it
   */
  public ExampleSource open(String key, ExampleSource source) {
    return Frames.open(key, source, Optional.empty(), session.context());
  }

  @Override
  public void close() {
    session.close();
  }
}
