/**
 * One attempt after another, until one ends well.
 *
 * <ul>
 *   <li>{@link io.kudari.spark.recovery.Supervisor} runs the attempts by {@link
 *       io.kudari.spark.recovery.AttemptRules}: read it first;
 *   <li>{@code RankJob} is the barrier stage of one attempt, {@code RankTask} a rank of it and
 *       {@code RankOutcome} what it returns;
 *   <li>{@link io.kudari.spark.recovery.RunSpec} is what an executor must know of the run.
 * </ul>
 */
package io.kudari.spark.recovery;
