package io.kudari.spark.ui;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.event.Event;
import io.kudari.event.EventJson;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.ui.SparkUI;

/**
 * Shows one training while it goes on: in the tab {@code Training} of the application's pages where
 * there are any, in its event log where there is one, among its metrics. What is shown stays in the
 * pages when the training has ended; nothing listens, and no thread is made. A view that fails is
 * told once, and no training fails for want of it. Used by one thread.
 */
public final class LiveView implements Consumer<Event>, AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SparkContext spark;
  private final String name;
  private final Consumer<String> warned;
  private final Gathering gathering = new Gathering();
  private final boolean shown;

  /** Null until something was told: who is refused is not shown. */
  private Metrics.Reading metrics;

  private ShownTraining training;
  private boolean broken;

  /**
   * Of a training that begins.
   *
   * @param name where it leaves its results, or empty
   * @param warned told a line when it cannot be shown
   */
  public LiveView(SparkContext spark, String name, Consumer<String> warned) {
    this.spark = spark;
    this.name = name;
    this.warned = warned;
    this.shown = spark.ui().isDefined() || spark.isEventLogEnabled();
  }

  private void begin() {
    metrics = Metrics.begin(spark.env().metricsSystem());
    if (!shown) return;
    training = shelf().begin(name);
    if (spark.ui().isDefined()) attach(spark.ui().get());
  }

  private static void attach(SparkUI ui) {
    synchronized (ui) {
      if (!TrainingTab.isIn(ui)) ui.attachTab(new TrainingTab(ui));
    }
  }

  private Shelf shelf() {
    return new Shelf(spark.statusStore().store());
  }

  /** How far a reading is has its place in a terminal alone. */
  @Override
  public void accept(Event event) {
    if (event instanceof Event.Reading) return;
    guarded(
        () -> {
          if (metrics == null) begin();
          tell(gathering.tell(event), false);
        });
  }

  private void tell(List<String> lines, boolean ended) {
    if (lines.isEmpty() && !ended) return;
    for (String line : lines)
      EventJson.read(line).ifPresent(recorded -> metrics.tell(recorded.event()));
    if (!shown) return;
    var more = new TrainingEvents(training.number(), training.name(), trees(lines), ended);
    training = training.plus(more);
    shelf().put(training);
    if (spark.isEventLogEnabled()) spark.listenerBus().post(more);
  }

  private static List<JsonNode> trees(List<String> lines) {
    List<JsonNode> trees = new ArrayList<>();
    try {
      for (String line : lines) trees.add(JSON.readTree(line));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    return trees;
  }

  private void guarded(Runnable action) {
    if (broken) return;
    try {
      action.run();
    } catch (RuntimeException | LinkageError e) {
      broken = true;
      warned.accept("the training is not shown any more in Spark's pages: " + e);
    }
  }

  /** The training has ended, well or not. */
  @Override
  public void close() {
    if (metrics == null) return;
    guarded(() -> tell(gathering.rest(), true));
    metrics.end();
  }
}
