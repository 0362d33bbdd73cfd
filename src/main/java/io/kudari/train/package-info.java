/**
 * Training, as one visible loop over steps and epochs.
 *
 * <ul>
 *   <li>{@link io.kudari.train.TrainingLoop} is the loop: read it first;
 *   <li>{@link io.kudari.train.TrainingPlan} says what to do, {@link io.kudari.train.DataPlan} on
 *       which examples, {@link io.kudari.train.TrainState} where it is, {@link
 *       io.kudari.train.SnapshotRule} how often it says so;
 *   <li>{@link io.kudari.train.Workers} are all logical workers, wherever they run; {@link
 *       io.kudari.train.SerialWorkers} runs them on one thread and is the oracle for the others;
 *   <li>{@link io.kudari.train.WorkerRange} is what one thread hosts: a range of workers, their
 *       data and a model; {@link io.kudari.train.TeamWorkers} are all workers as a thread of a rank
 *       sees them, whose vectors an {@link io.kudari.exchange.Exchange} sums;
 *   <li>{@link io.kudari.train.BatchSchedule} cuts epochs into steps, and their ends as {@link
 *       io.kudari.train.LastBatch} says; {@link io.kudari.train.LeastShard} says how few examples a
 *       worker may have in one;
 *   <li>{@link io.kudari.train.Course} is how far a run goes and when it is evaluated besides what
 *       epochs say, {@code Evaluations} looks and knows the target;
 *   <li>{@link io.kudari.train.Algorithm} is what a step is; those there are live in {@code
 *       algorithm}, which only {@link io.kudari.train.TrainingPlan} names, for the usual one;
 *   <li>{@link io.kudari.train.Round} is what workers do that take steps of their own, {@code
 *       Replicas} a worker's part of it;
 *   <li>{@link io.kudari.train.HeapNeed} is the least memory that a process needs for its part;
 *   <li>{@code NoiseMeter} measures the noise of the gradient between the workers, {@link
 *       io.kudari.train.NoiseFigures} is what is shown of it;
 *   <li>{@link io.kudari.train.Safety} says what to do when numbers go wrong, {@code
 *       NonFiniteGuard} does it and {@code Divergences} finds where;
 *   <li>{@link io.kudari.train.Event} tells listeners what happened; {@link
 *       io.kudari.train.EventLog} writes it down, {@link io.kudari.train.RecordedEvents} finds what
 *       a resumed run keeps of it; {@link io.kudari.train.EarlyStopping} decides on the validation
 *       results, {@link io.kudari.train.Stretch} tells what more epochs do to schedules.
 * </ul>
 */
package io.kudari.train;
