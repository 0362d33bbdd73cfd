package io.kudari.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.spark.KudariRegistrator;
import io.kudari.spark.SparkStart;
import io.kudari.spark.cluster.RankSlots.UnsuitableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The user's jars go to executors beside Kudari's own. */
class AddedJarsTest {

  @TempDir private Path folder;

  @Test
  void jarsOfTheUserAreAddedToTheLaunchersOwn() throws Exception {
    String own = Files.createFile(folder.resolve("own.jar")).toString();
    String user = Files.createFile(folder.resolve("user.jar")).toString();
    String before = System.setProperty("spark.jars", own);
    Map<String, String> settings = Map.of("spark.jars", user + ", " + own);
    try (JavaSparkContext spark = SparkStart.start("test", "local[1]", settings)) {
      assertEquals(own + "," + user, spark.getConf().get("spark.jars"));
    } finally {
      if (before == null) System.clearProperty("spark.jars");
      else System.setProperty("spark.jars", before);
    }
  }

  @Test
  void jarThatDoesNotExistIsRefused() {
    UnsuitableException e =
        assertThrows(
            UnsuitableException.class,
            () -> SparkStart.start("test", "local[1]", Map.of("spark.jars", "no/x.jar")).close());
    assertEquals("spark.jars: there is no file no/x.jar", e.getMessage());
  }

  @Test
  void folderOfJarsIsRefused() {
    Map<String, String> settings = Map.of("spark.jars", folder.toString());
    UnsuitableException e =
        assertThrows(
            UnsuitableException.class,
            () -> SparkStart.start("test", "local[1]", settings).close());
    assertEquals("spark.jars: there is no file " + folder, e.getMessage());
  }

  @Test
  void missingClassIsNamedWhereverSparkHidesIt() {
    var spark =
        new org.apache.spark.SparkException(
            "Job aborted due to stage failure: Most recent failure reason: Stage failed because"
                + " barrier task ResultTask(0, 0) finished unsuccessfully.\n"
                + "java.lang.ClassNotFoundException: io.kudari.spark.recovery.RankFunction\n"
                + "\tat java.base");
    assertEquals(
        "the executors lack class io.kudari.spark.recovery.RankFunction: they need the jar of this"
            + " Kudari, as scripts/kudari or spark-submit give it to them, and the command's"
            + " version of Spark",
        named(spark));
    var unread =
        new org.apache.spark.SparkException(
            "Task 1 in stage 0.0 failed 4 times, most recent failure: Lost task 1.3 in stage 0.0"
                + " (TID 5) (127.0.0.1 executor 1): java.lang.IllegalStateException: unread block"
                + " data\n\tat java.base");
    assertTrue(named(unread).contains("lack class " + KudariRegistrator.class.getName()));
    assertEquals(
        "the executors lack class org.example.Codec: give them its jar by --conf spark.jars=FILE",
        named(new IllegalStateException(new NoClassDefFoundError("org/example/Codec"))));
    MissingClass.check(new NoClassDefFoundError("Could not initialize class org.example.Codec"));
    MissingClass.check(new IllegalStateException("a.b.C"));
  }

  private static String named(Throwable failure) {
    return assertThrows(UnsuitableException.class, () -> MissingClass.check(failure)).getMessage();
  }
}
