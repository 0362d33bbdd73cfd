/**
 * What a cluster has and what an application asks of it.
 *
 * <ul>
 *   <li>{@link io.kudari.spark.cluster.RankSlots} finds room for ranks: {@code Demand} is what the
 *       application asks, {@code Offer} what a standalone cluster has, {@code SlotWait} waits for
 *       the one to come from the other, and says so; {@code TaskCores} are those of a task, which
 *       the stage of the ranks may ask for itself;
 *   <li>{@link io.kudari.spark.cluster.SlotLease} shares the slots among the trainings of one
 *       application: {@code SlotLeases} is their account, {@code SlotUse} what one of them sees of
 *       it, {@code RunningTask} who really runs what, {@code TrainingJobs} the jobs of one, {@code
 *       JobGroup} the name of a job, {@code CancelledJob} whether somebody has ended it, {@code
 *       WaitLines} what is said meanwhile;
 *   <li>{@code Neighbours} has Spark put tasks with neighbouring numbers on one host;
 *   <li>{@code Executors} clears the room that a lost attempt leaves, {@code Removals} has Spark
 *       remove what a training has left in it;
 *   <li>before Spark starts, {@code MasterProbe} asks a standalone cluster's master, {@code Ports}
 *       refuses ports that are taken, {@code Values} what is no time, {@code ResultSize} models
 *       whose parameters could not come back;
 *   <li>{@code AddedJars} and {@code MissingClass} are about what executors have on their class
 *       path, {@code BarrierTimer} about what Spark would leave running, {@code SparkFolder} about
 *       its folder on a local disk.
 * </ul>
 *
 * <p>Knows no model and no training.
 */
package io.kudari.spark.cluster;
