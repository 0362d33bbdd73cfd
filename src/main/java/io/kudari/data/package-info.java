/**
 * From files of some format, or a generator, to the examples of one worker's batch.
 *
 * <ul>
 *   <li>{@link io.kudari.data.ExampleSource} gives its examples, or those of its splits, to an
 *       {@link io.kudari.data.ExampleSink} through Hadoop's {@code FileSystem};
 *   <li>{@link io.kudari.data.Schema} is what a training set shares with all that is read beside
 *       it: classes, shape and columns; nothing can be loaded without naming one;
 *   <li>{@link io.kudari.data.SourceReader} reads the splits of a source on some threads: to
 *       describe it, a {@link io.kudari.data.Survey}, and to deal it, the {@link
 *       io.kudari.data.Shards} of workers;
 *   <li>{@link io.kudari.data.SplitSequence} reads splits one after another, for whoever makes
 *       something of each by itself, such as the batches of a {@link io.kudari.data.BatchSink};
 *   <li>{@link io.kudari.data.ExampleStore} keeps examples compact, on the heap or in a mapped file
 *       as {@link io.kudari.data.ExampleMemory} has it: pixels stay bytes until a model computes; a
 *       {@link io.kudari.data.Fetching} brings those of a file into memory that is too small for
 *       it;
 *   <li>{@link io.kudari.data.ReadProgress} tells how far a reading is, {@link
 *       io.kudari.data.ThreadBytes} what it takes of file systems;
 *   <li>a table's cells come in a {@link io.kudari.data.TableRow}, by {@link
 *       io.kudari.data.TableRules}, with {@code Missing} and {@code Invalid} ones; a {@link
 *       io.kudari.data.FoundTable} is what its columns hold, and an {@link io.kudari.data.Encoding}
 *       how they become features, whose gaps a {@link io.kudari.data.Filling} fills, with medians
 *       that are found by a {@link io.kudari.data.DigitCount};
 *   <li>{@code order} says who owns which example, {@link io.kudari.data.Sampler} when a worker
 *       sees its own, {@link io.kudari.data.Normalizer} is fitted to them by {@link
 *       io.kudari.data.FeatureStatistics}, and {@link io.kudari.data.Batches} assembles them;
 *   <li>{@link io.kudari.data.ClassCounts} and {@link io.kudari.data.Rounding} are what a run warns
 *       of, and {@link io.kudari.data.Offsets} keep digits that floats would lose;
 *   <li>{@link io.kudari.data.digits.DigitsSource} is the built-in set, made instead of read.
 * </ul>
 *
 * <p>Files are found by {@code file} and read by {@code format}, each format a record of settings.
 */
package io.kudari.data;
