/**
 * What happened in a run, for whoever listens: no Spark, no files.
 *
 * <ul>
 *   <li>{@link io.kudari.event.Event} is one of a closed list of records, {@link
 *       io.kudari.event.StepTimes} where the time of a step went;
 *   <li>{@link io.kudari.event.StepMean} makes one step of many;
 *   <li>{@link io.kudari.event.EventJson} writes and reads them;
 *   <li>{@link io.kudari.event.FirstLine} is what a failure says in one.
 * </ul>
 */
package io.kudari.event;
