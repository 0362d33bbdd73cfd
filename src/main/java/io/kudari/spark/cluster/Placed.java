package io.kudari.spark.cluster;

import java.util.List;
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
  private final List<String> hosts;

  /**
   * The same partitions.
   *
   * @param hosts by partition
   */
  Placed(RDD<T> parent, List<String> hosts, ClassTag<T> type) {
    super(parent, type);
    this.parent = parent;
    this.hosts = hosts;
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
    return JavaConverters.asScalaBuffer(List.of(hosts.get(split.index()))).toList();
  }
}
