/**
 * From files of some format, or a generator, to the examples of one worker's batch.
 *
 * <ul>
 *   <li>{@link io.kudari.data.ExampleSource} describes and loads a set through Hadoop's {@code
 *       FileSystem};
 *   <li>{@link io.kudari.data.Schema} is what a training set shares with all that is read beside
 *       it: classes, shape and columns; nothing can be loaded without naming one;
 *   <li>{@link io.kudari.data.digits.DigitsSource} is the built-in set, made instead of read;
 *   <li>{@link io.kudari.data.Examples} keeps it compact: pixels stay bytes until a model computes;
 *   <li>{@link io.kudari.data.Survey} is what the driver learns of a set beside its description:
 *       the labels, of which {@link io.kudari.data.ClassCounts} warns, and the {@link
 *       io.kudari.data.Rounding} of its columns, whose digits {@link io.kudari.data.Offsets} keep;
 *   <li>{@link io.kudari.data.Split} holds out examples for validation, at random or the share of
 *       each class, {@link io.kudari.data.Sampler} says which worker sees which of the others when,
 *       {@link io.kudari.data.Normalizer} is fitted to them by {@link
 *       io.kudari.data.FeatureStatistics}, and {@link io.kudari.data.Batches} assembles them.
 * </ul>
 *
 * <p>Files are found by {@code file} and read by {@code format}, each format a record of settings.
 */
package io.kudari.data;
