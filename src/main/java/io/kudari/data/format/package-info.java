/**
 * The formats: records of settings, immutable and small enough to be sent anywhere.
 *
 * <ul>
 *   <li>{@link io.kudari.data.format.IdxSource}: images and labels as MNIST has them, of which
 *       {@code IdxFiles} finds those that belong together and {@code IdxReader} reads some; {@link
 *       io.kudari.data.format.IdxWriter} writes them;
 *   <li>{@link io.kudari.data.format.CifarSource}: CIFAR-10's binary version;
 *   <li>{@link io.kudari.data.format.CsvSource}, {@link io.kudari.data.format.LibSvmSource}, {@link
 *       io.kudari.data.format.ParquetSource}: tables, for classification or regression; {@link
 *       io.kudari.data.format.ParquetSink} writes examples as the last of them reads them;
 *   <li>{@link io.kudari.data.format.SparkTable}: what Spark reads. Its rows and those of Parquet
 *       are {@link io.kudari.data.format.TypedRows}, which a {@link
 *       io.kudari.data.format.TypedReader} reads as a {@link io.kudari.data.format.TableSpec} says:
 *       {@code TypedCells}, {@code TypedVector} and {@code TypedPixels} are the features of a row,
 *       {@link io.kudari.data.format.PixelSpec} says what becomes of pixels;
 *   <li>{@link io.kudari.data.format.ImageFolderSource}: a folder of images for each class.
 * </ul>
 *
 * <p>A source checks and decodes a file, and a {@code Collector} turns what it decodes into a
 * description or examples. A file may lie: a declared count is checked against the file's length,
 * or has a fixed limit, before memory is taken for it. Content that breaks a rule is a {@link
 * io.kudari.data.DataException}; a file system that fails is an {@code IOException}, except within
 * Parquet and images, whose libraries do not tell the two apart.
 */
package io.kudari.data.format;
