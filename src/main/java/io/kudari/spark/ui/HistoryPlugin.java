package io.kudari.spark.ui;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.status.AppHistoryServerPlugin;
import org.apache.spark.status.ElementTrackingStore;
import org.apache.spark.ui.SparkUI;
import scala.collection.JavaConverters;
import scala.collection.immutable.Seq;

/**
 * The tab in Spark's history server, of applications whose event log tells of trainings. The server
 * finds it by {@code META-INF/services}.
 */
public final class HistoryPlugin implements AppHistoryServerPlugin {

  @Override
  public Seq<SparkListener> createListeners(SparkConf conf, ElementTrackingStore store) {
    List<SparkListener> all = List.of(new HistoryListener(store));
    return JavaConverters.asScalaBuffer(all).toList();
  }

  @Override
  public void setupUI(SparkUI ui) {
    if (!new Shelf(ui.store().store()).all().isEmpty()) ui.attachTab(new TrainingTab(ui));
  }
}
