package io.kudari.run;

import io.kudari.checkpoint.SavedModel;
import io.kudari.event.Event;
import io.kudari.spark.ui.LiveView;
import io.kudari.train.TrainState;
import java.io.IOException;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Results whose events Spark's pages show as well; with it ends the view, not the results.
 *
 * @param view told after the results
 */
record ShownResults(Results results, LiveView view) implements Results {

  /**
   * The results of a training in an application.
   *
   * @param name where they are left, or empty
   */
  static Results in(JavaSparkContext spark, String name, RunListener warned, Results results) {
    return new ShownResults(results, new LiveView(spark.sc(), name, warned::warning));
  }

  @Override
  public void accept(Event event) {
    results.accept(event);
    view.accept(event);
  }

  @Override
  public void save(TrainState state) {
    results.save(state);
  }

  @Override
  public void finished(SavedModel model, boolean interrupted)
      throws IOException, InterruptedException {
    results.finished(model, interrupted);
  }

  @Override
  public void failed(Throwable failure) {
    results.failed(failure);
  }

  @Override
  public void close() {
    view.close();
  }
}
