package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.spark.cluster.RankSlots;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before Spark starts, and what must not be. */
class SparkStartTest {

  private static final String HOST = "spark.driver.host";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "local",
        "local[*]",
        "local[2, 3]",
        "local[1024]",
        "local-cluster[1, 1, 512]",
        "yarn"
      })
  void whatSparkTakesForAMasterIsOne(String master) {
    assertDoesNotThrow(() -> SparkStart.checkMaster(master));
  }

  @Test
  void aClusterWithinThisProcessIsOneWhereSparkIsInstalled() {
    String master = "local-cluster[2, 1, 1024]";
    assertDoesNotThrow(() -> SparkStart.checkHome(master, "/opt/spark"));
    assertDoesNotThrow(() -> SparkStart.checkHome("local[2]", null));
    assertEquals(
        "the master local-cluster[2, 1, 1024] needs SPARK_HOME, the folder of an installation of"
            + " Spark",
        assertThrows(RankSlots.UnsuitableException.class, () -> SparkStart.checkHome(master, null))
            .getMessage());
  }

  @Test
  void aHostThatOnlyExecutorsKnowIsTakenWhereAnotherAddressIsBound() {
    Map<String, String> alone = Map.of(HOST, "outside.invalid");
    Map<String, String> bound =
        Map.of(HOST, "outside.invalid", "spark.driver.bindAddress", "0.0.0.0");
    assertThrows(RankSlots.UnsuitableException.class, () -> SparkStart.check("local[1]", alone));
    assertDoesNotThrow(() -> SparkStart.check("local[1]", bound));
  }

  @Test
  void aSecretIsNotShown() {
    Map<String, String> settings =
        Map.of("spark.network.timeout", "abc", "spark.authenticate.secret", "hidden");
    String line =
        assertThrows(
                RankSlots.UnsuitableException.class,
                () -> SparkStart.start("test", "local[1]", settings).close())
            .getMessage();
    assertTrue(line.contains("spark.network.timeout") && line.contains("'abc'"), line);
    assertFalse(line.contains("secret") || line.contains("hidden"), line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"local[0]", "local[00]", "local[1025]", "local[100000]", "local[99999999999]"})
  void aLocalMasterHasSomeThreads(String master) {
    String line =
        assertThrows(RankSlots.UnsuitableException.class, () -> SparkStart.check(master, Map.of()))
            .getMessage();
    assertEquals(
        "the master " + master + " must have 1 to 1024 threads, or * for one a core", line);
  }

  @Test
  void lookingForATableLeavesNoFolder() throws Exception {
    Path folder;
    try (JavaSparkContext spark = SparkStart.start("test", "local[1]", Map.of())) {
      folder = warehouse(spark);
      assertTrue(Files.isDirectory(folder));
      assertFalse(folder.startsWith(Path.of("").toAbsolutePath()), folder.toString());
    }
    assertTrue(Files.notExists(folder), folder.toString());
  }

  @Test
  void aFolderForTablesThatIsSaidIsTaken(@TempDir Path dir) throws Exception {
    Path said = dir.resolve("tables");
    Map<String, String> settings = Map.of("spark.sql.warehouse.dir", said.toString());
    try (JavaSparkContext spark = SparkStart.start("test", "local[1]", settings)) {
      assertEquals(said, warehouse(spark));
    }
    assertTrue(Files.isDirectory(said));
  }

  private static Path warehouse(JavaSparkContext spark) throws Exception {
    SparkSession session = SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
    return Path.of(URI.create(session.catalog().getDatabase("default").locationUri()));
  }
}
