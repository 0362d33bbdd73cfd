/**
 * Describes the sets of a run by tasks, and deals their examples to its ranks by Spark's shuffle.
 *
 * <ul>
 *   <li>{@link io.kudari.spark.data.TaskSet} is a set as tasks read it: {@link
 *       io.kudari.spark.data.FileSet} by the splits of files, {@link io.kudari.spark.data.FrameSet}
 *       by the partitions of a data frame;
 *   <li>{@link io.kudari.spark.data.RowFeatures} reads the features of a row, for a training and
 *       for models of Spark ML: {@code PixelFeatures} those of images and bytes, {@code
 *       MixedFeatures} those of columns of numbers and of vectors together;
 *   <li>{@link io.kudari.spark.data.SparkReader} describes them, by a {@code ReportJob} that adds
 *       up what tasks find as it arrives, and brings examples to this process where all workers are
 *       here;
 *   <li>{@link io.kudari.spark.data.Splits} deals them to ranks;
 *   <li>{@link io.kudari.spark.data.SetShares} deals a set to tasks, a worker's examples each, and
 *       {@link io.kudari.spark.data.SetPass} has tasks make something of each part of a set in one
 *       reading, by a {@link io.kudari.spark.data.Pass};
 *   <li>{@link io.kudari.spark.data.Report} and {@link io.kudari.spark.data.Block} are what passes
 *       through Spark: bytes, of many examples at once, so that the application's serialiser need
 *       not know our classes;
 *   <li>{@link io.kudari.spark.data.Delivery} is what arrives at a rank.
 * </ul>
 */
package io.kudari.spark.data;
