/**
 * The strategies that run on Spark.
 *
 * <ul>
 *   <li>{@link io.kudari.spark.SparkStart} starts a context with the settings Kudari relies on, and
 *       says before whether it can;
 *   <li>{@link io.kudari.spark.DriverWorkers} is the strategy {@code driver}: one Spark job a step,
 *       {@code LocalRounds} where workers take steps of their own;
 *   <li>{@link io.kudari.spark.AllReduce} is the strategy {@code all-reduce}: one barrier stage of
 *       long-lived ranks, or one rank in this process, without Spark;
 *   <li>{@link io.kudari.spark.KudariRegistrator} names the classes that travel, {@code
 *       RecordSerializer} writes those that are records.
 * </ul>
 *
 * <p>Below: {@code cluster} (what there is room for), {@code link} (connections between ranks),
 * {@code coordinator} (a rank's line to the driver), {@code recovery} (one attempt after another
 * until one ends well).
 */
package io.kudari.spark;
