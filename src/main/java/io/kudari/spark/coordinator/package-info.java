/**
 * What ranks and driver tell each other while training.
 *
 * <ul>
 *   <li>{@link io.kudari.spark.coordinator.Coordinator} is the driver's end, {@link
 *       io.kudari.spark.coordinator.CoordinatorClient} a rank's: signs of life, events, parts of
 *       snapshots, and what the driver asks for; {@link io.kudari.spark.coordinator.Reception} is
 *       what the driver does with them, whatever brings them; {@link
 *       io.kudari.spark.coordinator.Line} is a rank's end as the rank sees it, {@code LocalLine}
 *       that of the only one, in the driver's process;
 *   <li>{@code Greeting} and {@code LineMessage} are what goes over the line, {@code EventBytes}
 *       and {@code StateParts} its contents, {@code PartSender} sends the latter beside the
 *       training;
 *   <li>{@link io.kudari.spark.coordinator.Attempt} is what the driver knows of the ranks of an
 *       attempt, {@code Unanswered} what a rank knows of the driver, {@link
 *       io.kudari.spark.coordinator.LatestSnapshot} what the next attempt would go on from.
 * </ul>
 */
package io.kudari.spark.coordinator;
