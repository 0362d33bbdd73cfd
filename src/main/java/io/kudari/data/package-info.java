/**
 * From files of some format, or a generator, to the examples of one worker's batch.
 *
 * <ul>
 *   <li>{@link io.kudari.data.ExampleSource} describes and loads a set through Hadoop's {@code
 *       FileSystem};
 *   <li>{@link io.kudari.data.DigitsSource} is the built-in set, made instead of read;
 *   <li>{@link io.kudari.data.Examples} keeps it compact: pixels stay bytes until a batch is
 *       assembled;
 *   <li>{@link io.kudari.data.Split} holds out examples for validation, {@link
 *       io.kudari.data.Sampler} says which worker sees which of the others when, {@link
 *       io.kudari.data.Normalizer} is fitted to them by {@link io.kudari.data.FeatureStatistics},
 *       and {@link io.kudari.data.Batches} assembles them.
 * </ul>
 */
package io.kudari.data;
