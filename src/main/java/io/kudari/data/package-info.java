/**
 * From files of some format, or a generator, to the examples of one worker's batch.
 *
 * <ul>
 *   <li>{@link io.kudari.data.ExampleSource} describes and loads a set through Hadoop's {@code
 *       FileSystem};
 *   <li>{@link io.kudari.data.Schema} is what a training set shares with all that is read beside
 *       it: classes, shape and columns; nothing can be loaded without naming one;
 *   <li>{@link io.kudari.data.DigitsSource} is the built-in set, made instead of read;
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
 * <p>The formats are records of settings, immutable and small enough to be sent anywhere:
 *
 * <ul>
 *   <li>{@link io.kudari.data.IdxSource}: images and labels as MNIST has them; {@link
 *       io.kudari.data.IdxWriter} writes them;
 *   <li>{@link io.kudari.data.CifarSource}: CIFAR-10's binary version;
 *   <li>{@link io.kudari.data.CsvSource}, {@link io.kudari.data.LibSvmSource}, {@link
 *       io.kudari.data.ParquetSource}: tables, for classification or regression;
 *   <li>{@link io.kudari.data.ImageFolderSource}: a folder of images for each class.
 * </ul>
 *
 * <p>How a format is read: {@link io.kudari.data.Location} says what a path means and looks up its
 * file system ({@code LocalFiles} is this machine's, {@code Connectors} says what others need),
 * {@code InputPath} finds a file, {@code InputFile} reads it once from start to end and gunzips it
 * (IDX, CIFAR, CSV, LibSVM; the name must end in {@code .gz} and the content must be gzip), the
 * source checks and decodes it, and a {@code Collector} turns what it decodes into a description or
 * examples. A file may lie: a declared count is checked against the file's length, or has a fixed
 * limit, before memory is taken for it. Content that breaks a rule is a {@link
 * io.kudari.data.DataException}; a file system that fails is an {@code IOException}, except within
 * Parquet and images, whose libraries do not tell the two apart.
 */
package io.kudari.data;
