package io.kudari.spark.ui;

import org.apache.spark.ui.SparkUI;
import org.apache.spark.ui.SparkUITab;
import scala.collection.JavaConverters;

/** The tab among Spark's pages about an application, whether it runs or has ended. */
final class TrainingTab extends SparkUITab {

  /** In its address. */
  static final String PREFIX = "training";

  TrainingTab(SparkUI ui) {
    super(ui, PREFIX);
    attachPage(new TrainingPage(this, new Shelf(ui.store().store()), ui.sc().isDefined()));
  }

  /** Whether there is one already. */
  static boolean isIn(SparkUI ui) {
    return JavaConverters.seqAsJavaList(ui.getTabs()).stream()
        .anyMatch(tab -> tab.prefix().equals(PREFIX));
  }

  @Override
  public String name() {
    return "Training";
  }
}
