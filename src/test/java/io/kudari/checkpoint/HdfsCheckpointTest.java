package io.kudari.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.record.EventLog;
import io.kudari.record.RecordedEvents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real HDFS: a name node and two data nodes in this process. */
@Timeout(120)
@Slow
class HdfsCheckpointTest {

  @TempDir static java.nio.file.Path folder;

  private static MiniDFSCluster cluster;
  private static FileSystem files;

  @BeforeAll
  static void start() throws IOException {
    Configuration settings = new Configuration();
    settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
    // The name node leaves its safe mode when the blocks are there, not half a minute later.
    settings.setInt("dfs.namenode.safemode.extension", 0);
    cluster = new MiniDFSCluster.Builder(settings).numDataNodes(2).build();
    cluster.waitClusterUp();
    files = cluster.getFileSystem();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) cluster.shutdown(true);
  }

  private static CheckpointStore store(FileSystem on, String name) {
    assertEquals(Commit.RENAME, Commit.suiting(on.getUri().getScheme()));
    return new CheckpointStore(on, new Path("/" + name), Commit.RENAME, "me");
  }

  private static void assertNewest(long step, CheckpointStore store) throws IOException {
    CheckpointStore.Found found = store.newest();
    assertEquals(List.of(), found.skipped());
    States.assertSame(States.at(step), found.checkpoint().orElseThrow());
  }

  @Test
  void checkpointsOutliveTheNameNodeAndTheLossOfADataNodeBetweenAndDuringThem() throws Exception {
    CheckpointStore store = store(files, "nodes");
    long unused = store.save(States.at(1), Fence.OPEN);
    cluster.restartNameNode(true);
    assertNewest(1, store);
    unused = store.save(States.at(2), Fence.OPEN);
    MiniDFSCluster.DataNodeProperties[] stopped = {null};
    FileSystem losing = FaultyFiles.happens(files, 8, () -> stopped[0] = cluster.stopDataNode(0));
    unused = store(losing, "nodes").save(States.at(3), Fence.OPEN);
    assertTrue(stopped[0] != null, "a data node was lost while it was written");
    assertNewest(3, store);
    unused = store.save(States.at(4), Fence.OPEN);
    store.retain(2, 4, -1);
    assertNewest(4, store);
    assertEquals(List.of(3L, 4L), List.copyOf(store.steps()));
    assertTrue(cluster.restartDataNode(stopped[0]));
    cluster.waitActive();
  }

  /**
   * The name node is away from some change of a save on, at any place of it. Neither the checkpoint
   * nor the lease is lost, and nobody else gets it meanwhile.
   */
  @Test
  void aNameNodeThatIsRestartedWhileACheckpointIsWrittenLosesNothing() throws Exception {
    FaultyFiles counting = new FaultyFiles(files, FaultyFiles.Fault.FAILS, -1);
    long unused = store(counting, "counted").save(States.at(1), Fence.OPEN);
    int changes = counting.changes.size();
    Random random = new Random(22);
    Lease.Times fast = new Lease.Times(Duration.ofMillis(200), Duration.ofSeconds(2));
    Path folder = new Path("/restarted");
    try (Lease lease = Lease.take(files, folder, fast)) {
      for (long step = 1; step <= 3; step++) {
        int at = random.nextInt(changes);
        FutureTask<Object> restart =
            new FutureTask<>(
                () -> {
                  cluster.restartNameNode(true);
                  return null;
                });
        FileSystem away = FaultyFiles.happens(files, at, () -> new Thread(restart).start());
        CheckpointStore store = store(away, "restarted");
        Checkpoint checkpoint = States.at(step);
        try (CheckpointWriter writer =
            new CheckpointWriter(s -> store.save(checkpoint, lease), 4, Duration.ofSeconds(1))) {
          writer.accept(checkpoint.state());
          boolean finished = writer.finish(Duration.ofSeconds(60));
          Object done = restart.get(60, TimeUnit.SECONDS);
          assertNull(done);
          assertTrue(finished, "change " + at);
          List<Event> outcomes = writer.outcomes();
          assertTrue(outcomes.get(0) instanceof Event.Saved, "change " + at + ": " + outcomes);
        }
        assertNewest(step, store(files, "restarted"));
        assertThrows(Lease.HeldException.class, () -> Lease.take(files, folder, fast));
      }
      lease.check();
    }
  }

  @Test
  void oneClientHasTheLeaseAndAnotherIsRefused() throws Exception {
    Path checkpoints = new Path("/lease/checkpoints");
    Lease.Times fast = new Lease.Times(Duration.ofMillis(200), Duration.ofSeconds(2));
    try (Lease lease = Lease.take(files, checkpoints, fast)) {
      lease.check();
      assertThrows(Lease.HeldException.class, () -> Lease.take(files, checkpoints, fast));
    }
    try (Lease next = Lease.take(files, checkpoints, fast)) {
      next.check();
    }
  }

  /** The dead writer still has the file open for the name node, which tells too short a length. */
  @Test
  void eventsOfAWriterThatDiedAreKeptUpToTheCheckpoint() throws Exception {
    Path file = new Path(files.getUri() + "/events/events.jsonl");
    Configuration other = new Configuration(files.getConf());
    other.setBoolean("fs.hdfs.impl.disable.cache", true);
    EventLog dead = EventLog.create(file, other);
    for (int step = 1; step <= 12; step++) dead.accept(step(step));
    long recorded = dead.sync();
    dead.accept(step(13));
    long unused = dead.sync();
    RecordedEvents events =
        RecordedEvents.upTo(States.at(11).state(), recorded, file, files.getConf());
    assertTrue(events.complete());
    try (EventLog log = EventLog.resume(file, files.getConf(), events.kept())) {
      log.accept(new Event.Resumed(11, 1, List.of()));
      log.accept(step(12));
    }
    try (var in = files.open(file)) {
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertEquals(13, lines.size());
      assertTrue(lines.get(10).contains("\"step\":11,"), lines.get(10));
      assertTrue(lines.get(11).contains("resumed"), lines.get(11));
      assertTrue(lines.get(12).contains("\"step\":12,"), lines.get(12));
    }
    assertEquals(1, files.listStatus(file.getParent()).length);
  }

  private static Event step(int step) {
    return new Event.StepDone(step, 0, step, 1, 0.5, 0.1, StepTimes.ZERO);
  }
}
