/**
 * What Spark shows of trainings: the tab {@code Training} of its pages while they go on and in its
 * history server, and a source of metrics.
 *
 * <ul>
 *   <li>{@link io.kudari.spark.ui.LiveView} takes a training's events: start there; {@link
 *       io.kudari.spark.ui.Gathering} makes few of many;
 *   <li>{@link io.kudari.spark.ui.ShownTraining} is what is kept of a training, on the {@link
 *       io.kudari.spark.ui.Shelf} in Spark's store; {@link io.kudari.spark.ui.TrainingEvents} is
 *       what Spark's event log has of it, from which {@link io.kudari.spark.ui.HistoryPlugin} and
 *       {@link io.kudari.spark.ui.HistoryListener} make the same again;
 *   <li>{@link io.kudari.spark.ui.TrainingTab} and {@link io.kudari.spark.ui.TrainingPage} are the
 *       tab, {@link io.kudari.spark.ui.TrainingText} is what it says;
 *   <li>{@link io.kudari.spark.ui.Metrics} is the source.
 * </ul>
 *
 * <p>A history server needs this package, what it uses, and nothing else of Kudari: no natives.
 * Nothing here is added to a session but the tab and, while trainings go on, the source.
 */
package io.kudari.spark.ui;
