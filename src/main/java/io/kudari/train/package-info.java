/**
 * Training, as one visible loop over steps and epochs.
 *
 * <ul>
 *   <li>{@link io.kudari.train.TrainingLoop} is the loop: read it first;
 *   <li>{@link io.kudari.train.TrainingPlan} says what to do, {@link io.kudari.train.DataPlan} on
 *       which examples, {@link io.kudari.train.TrainState} where it is, {@link
 *       io.kudari.train.SnapshotRule} how often it says so;
 *   <li>{@link io.kudari.train.Workers} are all logical workers, wherever they run; {@code worker}
 *       has those of one process. {@link io.kudari.train.LeastShard} says how few examples one may
 *       have in a step;
 *   <li>{@code plan} has the values a plan is made of; {@code Evaluations} looks when it says so
 *       and knows the target;
 *   <li>{@link io.kudari.train.Algorithm} is what a step is; those there are live in {@code
 *       algorithm}, which nothing here names;
 *   <li>{@link io.kudari.train.Round} is what workers do that take steps of their own;
 *   <li>{@link io.kudari.train.Meter} measures something without changing a bit: {@link
 *       io.kudari.train.NoiseMeter}, which every run has, the noise of the gradient between the
 *       workers; those that may be asked for live in {@code meter};
 *   <li>{@link io.kudari.train.Safety} says what to do when numbers go wrong, {@code
 *       NonFiniteGuard} does it and {@code Divergences} finds where;
 *   <li>{@link io.kudari.train.Stretch} tells what more epochs do to schedules.
 * </ul>
 */
package io.kudari.train;
