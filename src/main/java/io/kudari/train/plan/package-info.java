/**
 * The values a plan is made of: when a step is due, how far a run goes, when it is looked at.
 *
 * <ul>
 *   <li>{@link io.kudari.train.plan.BatchSchedule} cuts epochs into steps, a {@link
 *       io.kudari.train.plan.StepRange} each, and their ends as {@link
 *       io.kudari.train.plan.LastBatch} says;
 *   <li>{@link io.kudari.train.plan.Course} is how far a run goes and when it is evaluated besides
 *       what epochs say, {@link io.kudari.train.plan.EarlyStopping} what ends it before;
 *   <li>{@link io.kudari.train.plan.LocalSlots} and {@link io.kudari.train.plan.NoiseMode} are
 *       choices that a name stands for.
 * </ul>
 */
package io.kudari.train.plan;
