package io.kudari.spark.cluster;

import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;

/**
 * Partitions of an RDD, each with a wish for the host of its task.
 *
 * @param <T> of what
 */
final class Placed<T> extends RDD<T> {

  private static final long serialVersionUID = 1;

  private final RDD<T> parent;
  private final transient Supplier<List<String>> wish;
  private transient List<String> hostsOrNull;

  /**
   * The same partitions.
   *
   * @param wish hosts by partition, or none; asked for once, when Spark is about to begin the stage
   */
  Placed(RDD<T> parent, Supplier<List<String>> wish, ClassTag<T> type) {
    super(parent, type);
    this.parent = parent;
    this.wish = wish;
  }

  @Override
  public Partition[] getPartitions() {
    return parent.partitions();
  }

  @Override
  public Iterator<T> compute(Partition split, TaskContext context) {
    return parent.iterator(split, context);
  }

  /** A list is what Spark asks for with any version of Scala. */
  @Override
  public scala.collection.immutable.List<String> getPreferredLocations(Partition split) {
    List<String> hosts = hosts();
    List<String> one = hosts.isEmpty() ? hosts : List.of(hosts.get(split.index()));
    return JavaConverters.asScalaBuffer(one).toList();
  }

  private synchronized List<String> hosts() {
    if (hostsOrNull == null) hostsOrNull = wish.get();
    return hostsOrNull;
  }
}
