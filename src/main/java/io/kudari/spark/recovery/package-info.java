/**
 * One attempt after another, until one ends well.
 *
 * <ul>
 *   <li>{@link io.kudari.spark.recovery.Supervisor} runs the attempts by {@link
 *       io.kudari.spark.recovery.AttemptRules}: read it first;
 *   <li>{@code Cluster} is all that it asks of the outside, so that tests can simulate it; {@code
 *       SparkCluster} is the executors of an application, {@code LocalCluster} one rank in this
 *       process;
 *   <li>{@code RankJob} is the barrier stage of one attempt, {@code RankTask} a rank of it, {@code
 *       RankOutcome} what that returns and {@code Outcomes} what all have returned so far, {@code
 *       DealingTally} what they tell of their examples;
 *   <li>{@link io.kudari.spark.recovery.RunSpec} is what an executor must know of the run.
 * </ul>
 */
package io.kudari.spark.recovery;
