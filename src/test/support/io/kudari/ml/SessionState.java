package io.kudari.ml;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** What a training must leave in a session as it was. */
final class SessionState {

  private SessionState() {}

  /** Of a session, and of this thread in it. */
  static Map<String, String> of(SparkSession spark) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Map<String, String> state = new TreeMap<>();
    for (var setting : context.getConf().getAll()) state.put(setting._1(), setting._2());
    for (String key :
        List.of(
            "spark.jobGroup.id",
            "spark.job.description",
            "spark.job.interruptOnCancel",
            "spark.job.tags",
            "kudari.job",
            "spark.scheduler.pool"))
      state.put("local " + key, String.valueOf(context.getLocalProperty(key)));
    state.put("persisted", context.getPersistentRDDs().keySet().toString());
    state.put("listeners", context.sc().listenerBus().listeners().toString());
    state.put("metrics", context.env().metricsSystem().getSourcesByName("kudari").toString());
    state.put("settings", spark.conf().getAll().toString());
    return state;
  }

  /** Threads of trainings; Netty's end by themselves, soon after. */
  static Set<String> threads() throws InterruptedException {
    for (int i = 0; i < 1000 && !running().isEmpty(); i++) Thread.sleep(20);
    return running();
  }

  private static Set<String> running() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("kudari"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
