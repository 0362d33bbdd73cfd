/**
 * Training from Java: the public interface on which the commands are built. Nothing here touches
 * the terminal or signals, or ends the process.
 *
 * <ul>
 *   <li>{@link io.kudari.run.Training} is an experiment that can be run: in a Spark application of
 *       its own or in one that exists, with or without a folder of results;
 *   <li>{@link io.kudari.run.Outcome} is what it ends with, a {@link io.kudari.run.RunListener} is
 *       told what happens meanwhile;
 *   <li>{@link io.kudari.run.Trials} trains many small experiments in one Spark application, a task
 *       each, and gives a {@link io.kudari.run.TrialOutcome} for each; {@link
 *       io.kudari.run.TrialRunner} does so for who does not know Spark;
 *   <li>{@link io.kudari.run.RunFolder} is the folder a run leaves: its status, configuration,
 *       events and model can be read back; {@link io.kudari.run.SavedRun} is one that is to go on,
 *       {@code Continuation} says how;
 *   <li>{@code TrainingRun} does the work: {@code RunOutput} has the folder, {@code LogFile},
 *       {@code SummaryFile} and {@code ReportFile} in its list of listeners write what happened
 *       there, and {@code RunCheckpoints} what is saved on the way; {@code ShownResults} shows it
 *       in Spark's pages; {@code HeapCheck} refuses what no memory is there for, {@code
 *       SparkSource} is where Spark comes from, {@link io.kudari.run.SparkTasks} an application of
 *       it for other work, {@code Beginning} tells what was read.
 * </ul>
 *
 * <p>Uses every package below; {@code inference}, {@code lab}, {@code ml} and {@code cli} are
 * above.
 */
package io.kudari.run;
