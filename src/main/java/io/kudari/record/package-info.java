/**
 * What a run writes down of itself.
 *
 * <ul>
 *   <li>{@link io.kudari.record.EventLog} writes events as they happen, {@link
 *       io.kudari.record.RecordedEvents} finds what a resumed run keeps of them;
 *   <li>{@link io.kudari.record.TensorBoardLog} writes them for TensorBoard;
 *   <li>{@link io.kudari.record.Summary} is the page of figures at the end, {@link
 *       io.kudari.record.NoiseFigures} what it says of the gradient's noise, {@link
 *       io.kudari.record.Machine} where it ran.
 * </ul>
 */
package io.kudari.record;
