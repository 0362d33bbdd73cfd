package io.kudari.data.file;

import java.io.IOException;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process removes when it is ended, by Ctrl-C or otherwise than by a kill, while it writes a
 * file or a folder that has not got its name yet. Until closed.
 */
final class Unfinished implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Unfinished.class);

  /** After Spark's end, so that no task writes any more, and before file systems are closed. */
  private static final int PRIORITY = FileSystem.SHUTDOWN_HOOK_PRIORITY + 1;

  /** What begins to write a file, or makes a folder. */
  interface Beginning<T> {
    T run() throws IOException;
  }

  /** Tasks of Spark that are not of this process may make a file in a folder once more. */
  private static final int TIMES = 3;

  private final Runnable removal;
  private boolean ending;

  /** Of what is or will be at a path. */
  Unfinished(FileSystem files, Path temporary) {
    this.removal = () -> remove(files, temporary);
    unlessEnding(hooks -> hooks.addShutdownHook(removal, PRIORITY));
  }

  private static void unlessEnding(Consumer<ShutdownHookManager> change) {
    try {
      change.accept(ShutdownHookManager.get());
    } catch (IllegalStateException e) {
      // The process is ending already: nothing more can be asked of it.
    }
  }

  private void remove(FileSystem files, Path temporary) {
    synchronized (this) {
      ending = true;
    }
    try {
      for (int i = 0; i < TIMES && files.exists(temporary); i++)
        OutputFiles.delete(files, temporary);
    } catch (IOException e) {
      LOG.warn("{} is left behind: {}", Location.shown(temporary), e.getMessage());
    }
  }

  /**
   * Begins to write something more, which the end of the process then finds.
   *
   * @throws IOException when the process is ending already
   */
  synchronized <T> T begin(Beginning<T> beginning) throws IOException {
    if (ending) throw new IOException("the process is ending");
    return beginning.run();
  }

  /** It is complete, or gone. Harmless when called twice. */
  @Override
  public void close() {
    unlessEnding(hooks -> hooks.removeShutdownHook(removal));
  }
}
