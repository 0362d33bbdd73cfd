/**
 * The strategies that run on Spark.
 *
 * <ul>
 *   <li>{@link io.kudari.spark.SparkStart} starts a context with the settings Kudari relies on, and
 *       says before whether it can; {@code MasterProbe} asks a standalone cluster's master, {@code
 *       Ports} refuses ports that are taken;
 *   <li>{@link io.kudari.spark.DriverWorkers} is the strategy {@code driver}: one Spark job a step;
 *   <li>{@link io.kudari.spark.AllReduce} is the strategy {@code all-reduce}: {@code Supervisor}
 *       runs one leg after another until one ends well, {@code RankTask} is a rank of a leg, {@link
 *       io.kudari.spark.RankSlots} finds room for it, {@code Executors} clears the room of a lost
 *       leg;
 *   <li>{@code Demand} is what an application asks of a cluster, {@code Offer} what a standalone
 *       cluster has; {@code SlotWait} waits for the one to come from the other, and says so; {@code
 *       AddedJars} and {@code MissingClass} are about what executors have on their class path;
 *   <li>{@code ResultSize} refuses models whose parameters could not come back to the driver;
 *   <li>{@code Coordinator} and {@code DriverLine} are the two ends of a rank's line to the driver,
 *       for signs of life, events and parts of snapshots ({@code StateParts}); {@code Leg} is what
 *       the driver knows of a leg's ranks, {@code Unanswered} what a rank knows of the driver,
 *       {@code NewestState} what the next leg would go on from;
 *   <li>{@link io.kudari.spark.NetworkLink} connects ranks over Spark's own transport,
 *       authenticated and encrypted as Spark is; {@code Wires} carry messages without event loops;
 *       {@code FrameGuard} and {@code Doorkeeper} turn away what is none of ours, {@code Refusals}
 *       counts it;
 *   <li>{@code Removals} has Spark remove what a training has left in it, before the application
 *       may end;
 *   <li>{@link io.kudari.spark.KudariRegistrator} names the classes that travel.
 * </ul>
 */
package io.kudari.spark;
