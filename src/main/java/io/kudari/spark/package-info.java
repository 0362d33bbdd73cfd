/**
 * The strategies that run on Spark.
 *
 * <ul>
 *   <li>{@link io.kudari.spark.SparkStart} starts a context with the settings Kudari relies on;
 *   <li>{@link io.kudari.spark.DriverWorkers} is the strategy {@code driver}: one Spark job a step;
 *   <li>{@link io.kudari.spark.AllReduce} is the strategy {@code all-reduce}: {@code RankTask} is a
 *       rank, {@link io.kudari.spark.RankSlots} finds room for it, {@code Coordinator} and {@code
 *       DriverLine} are the two ends of the line on which events reach the driver;
 *   <li>{@link io.kudari.spark.NetworkLink} connects ranks over Spark's own transport,
 *       authenticated and encrypted as Spark is; {@code FrameGuard} turns away what is none of
 *       ours;
 *   <li>{@link io.kudari.spark.KudariRegistrator} names the classes that travel.
 * </ul>
 */
package io.kudari.spark;
