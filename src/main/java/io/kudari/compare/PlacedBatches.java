package io.kudari.compare;

import io.kudari.engine.dl4j.DataSetForm;
import io.kudari.engine.dl4j.Dl4jTraining;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.storage.StorageLevel;
import org.nd4j.linalg.dataset.DataSet;
import scala.Function1;
import scala.Tuple2;

/**
 * Each worker's batches in a partition of its own, kept in memory as plain numbers, of which any
 * can be asked for as sets.
 *
 * <p>So that {@code ParameterAveragingTrainingMaster} trains what it is given: of more batches than
 * it takes between two averagings it makes random splits, as many as are full, and of a partition
 * that has more than its share after that it leaves out the rest.
 */
final class PlacedBatches {

  /** Bytes of examples in a task: its message has a limit, {@code spark.rpc.message.maxSize}. */
  private static final long SLICE = 16 << 20;

  private final JavaRDD<float[][]> placed;
  private final DataSetForm form;
  private final int workers;

  /**
   * Places them, and loads ND4J where they are.
   *
   * @param batches of each worker, in its order
   */
  PlacedBatches(JavaSparkContext spark, List<List<float[][]>> batches, DataSetForm form) {
    this.workers = batches.size();
    this.form = form;
    List<Tuple2<Integer, float[][]>> all = new ArrayList<>();
    long bytes = 0;
    for (int v = 0; v < workers; v++)
      for (int i = 0; i < batches.get(v).size(); i++) {
        float[][] values = batches.get(v).get(i);
        // The partitioner's remainder is the worker, and a partition's order that of its batches.
        all.add(new Tuple2<>(i * workers + v, values));
        bytes += 4L * (values[0].length + values[1].length);
      }
    this.placed =
        spark
            .parallelizePairs(all, slices(bytes, workers))
            .repartitionAndSortWithinPartitions(new HashPartitioner(workers))
            .values()
            .persist(StorageLevel.MEMORY_AND_DISK());
    placed.foreachPartition(
        own -> {
          own.forEachRemaining(values -> {});
          Dl4jTraining.load();
        });
  }

  /** How many tasks bring so many bytes. */
  static int slices(long bytes, int workers) {
    return (int) Math.max(workers, bytes / SLICE + 1);
  }

  /**
   * Some batches of workers, a partition each.
   *
   * @param which of its batches a worker gives, as far as it has them
   * @param count so many workers, from the first, have any of them
   */
  JavaRDD<DataSet> sets(int[] which, int count) {
    return sets(count < workers ? first(placed, count) : placed, which, form);
  }

  private static JavaRDD<DataSet> sets(JavaRDD<float[][]> of, int[] which, DataSetForm form) {
    return of.mapPartitions(own -> picked(own, which, form));
  }

  private static Iterator<DataSet> picked(Iterator<float[][]> all, int[] which, DataSetForm form) {
    List<float[][]> own = new ArrayList<>();
    all.forEachRemaining(own::add);
    return Arrays.stream(which)
        .filter(i -> i < own.size())
        .mapToObj(i -> form.dataSet(own.get(i)))
        .iterator();
  }

  /** Without the partitions behind: a worker that gets nothing breaks the mean of parameters. */
  private static JavaRDD<float[][]> first(JavaRDD<float[][]> all, int count) {
    var wanted = (Function1<Object, Object> & Serializable) partition -> (int) partition < count;
    return PartitionPruningRDD.create(all.rdd(), wanted).toJavaRDD();
  }
}
