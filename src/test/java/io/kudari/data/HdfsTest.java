package io.kudari.data;

import static io.kudari.data.TestFiles.counting;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.data.format.CsvSource;
import io.kudari.data.format.IdxSource;
import io.kudari.data.format.IdxWriter;
import io.kudari.data.format.ParquetSource;
import io.kudari.model.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivilegedExceptionAction;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads and writes through a real HDFS: a name node and a data node in this process. */
@Slow
class HdfsTest {

  @TempDir static Path folder;

  private static MiniDFSCluster cluster;
  private static Configuration hadoop;
  private static String root;

  @BeforeAll
  static void start() throws IOException {
    Configuration settings = new Configuration();
    settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
    cluster = new MiniDFSCluster.Builder(settings).numDataNodes(1).build();
    cluster.waitClusterUp();
    hadoop = new Configuration();
    root = cluster.getFileSystem().getUri().toString();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) cluster.shutdown(true);
  }

  private static IdxSource written(String name) throws IOException {
    Examples examples =
        new Examples(new Shape(1, 4, 4), counting(48), null, new int[] {1, 0, 2}, null, 3);
    IdxSource source = new IdxSource(root + name + "/images.gz", root + name + "/labels", 0);
    IdxWriter.write(hadoop, examples, source.images(), source.labels());
    return source;
  }

  @Test
  void idxFilesAreWrittenToAndReadFromHdfs() throws IOException {
    IdxSource source = written("/plain");
    assertTrue(source.images().startsWith("hdfs://"));
    assertEquals(3, source.describe(hadoop).examples());
    Examples some = source.load(hadoop, Schema.UNKNOWN, new int[] {1, 2});
    assertArrayEquals(java.util.Arrays.copyOfRange(counting(48), 16, 48), some.bytes());
    assertArrayEquals(new int[] {0, 2}, some.labels());
  }

  @Test
  void idxFilesOfAFolderAndOfAPatternAreReadFromHdfs() throws IOException {
    IdxSource one = written("/parts/one");
    IdxSource two = written("/parts/two");
    assertEquals(one.describe(hadoop).examples(), two.describe(hadoop).examples());
    int[] all = {0, 1, 2, 3, 4, 5};
    for (IdxSource set :
        List.of(
            new IdxSource(root + "/parts/*/images*", root + "/parts/*/labels*", 0),
            new IdxSource(root + "/parts/{one,two}/im*", root + "/parts/*/l*", 3))) {
      assertEquals(6, set.describe(hadoop).examples());
      Examples read = set.load(hadoop, Schema.UNKNOWN, all);
      assertArrayEquals(new int[] {1, 0, 2, 1, 0, 2}, read.labels());
      assertArrayEquals(counting(48), java.util.Arrays.copyOf(read.bytes(), 48));
    }
    move(one.images(), "/i/a.gz");
    move(one.labels(), "/l/a");
    move(two.images(), "/i/b.gz");
    move(two.labels(), "/l/b");
    assertEquals(6, new IdxSource(root + "/i", root + "/l/", 0).describe(hadoop).examples());
  }

  private static void move(String from, String to) throws IOException {
    var target = new org.apache.hadoop.fs.Path(root + to);
    assertTrue(cluster.getFileSystem().mkdirs(target.getParent()));
    assertTrue(cluster.getFileSystem().rename(new org.apache.hadoop.fs.Path(from), target));
  }

  @Test
  void aFileThatMayNotBeReadIsRefusedInOneLine() throws Exception {
    IdxSource source = written("/secret");
    org.apache.hadoop.fs.Path images = new org.apache.hadoop.fs.Path(source.images());
    cluster.getFileSystem().setPermission(images, new FsPermission("000"));
    UserGroupInformation stranger =
        UserGroupInformation.createUserForTesting("stranger", new String[] {"strangers"});
    record Refusal(ExampleSource source, String rule) {}
    List<String> label = List.of("label");
    for (Refusal refusal :
        List.of(
            new Refusal(source, ": cannot be read: "),
            new Refusal(
                new CsvSource(source.images(), true, ',', Task.CLASSIFICATION, label, List.of()),
                ": cannot be read: "),
            new Refusal(
                new ParquetSource(
                    source.images(), Task.CLASSIFICATION, label, List.of(), List.of()),
                ": cannot be read as Parquet: "))) {
      PrivilegedExceptionAction<Description> describe = () -> refusal.source.describe(hadoop);
      var e = assertThrows(DataException.class, () -> stranger.doAs(describe));
      String start = source.images() + refusal.rule + "Permission denied: user=stranger";
      assertTrue(e.getMessage().startsWith(start), e.getMessage());
      assertEquals(1, e.getMessage().lines().count());
    }
  }
}
