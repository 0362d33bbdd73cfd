package io.kudari.record;

import io.kudari.data.file.OutputFiles;
import io.kudari.event.Event;
import io.kudari.event.EventJson;
import io.kudari.train.TrainState;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The events of a run that goes on from an earlier state: those up to that state are kept, those
 * behind it will happen again.
 *
 * @param kept length of what is kept, in bytes
 * @param complete whether the file holds all that it is known to have held when the state was saved
 * @param unread how many lines are no events, of what is kept and of what the file held when the
 *     state was saved
 */
public record RecordedEvents(long kept, boolean complete, int unread) {

  /** All that the file holds. */
  public static final RecordedEvents ALL = new RecordedEvents(Long.MAX_VALUE, true, 0);

  /** Nothing was recorded. */
  public static final RecordedEvents NONE = new RecordedEvents(0, true, 0);

  /** Told every line; one that is no event, such as a half-written last one, is empty. */
  private interface Line {
    void at(Optional<EventJson.Recorded> recorded, long end);
  }

  /** What is kept of the lines so far. */
  private static final class Known {

    private final TrainState state;
    private final long recorded;
    private long read;
    private long kept;
    private int unread;
    private int unreadAtKept;

    Known(TrainState state, long recorded) {
      this.state = state;
      this.recorded = recorded;
    }

    void add(Optional<EventJson.Recorded> line, long end) {
      long start = read;
      read = end;
      if (line.isEmpty()) {
        unread++;
        // It was an event when the state was saved.
        if (start < recorded) unreadAtKept = unread;
        return;
      }
      Event event = line.get().event();
      boolean first = event instanceof Event.Started && kept == 0;
      if (!first && !isPast(event, state)) return;
      kept = end;
      unreadAtKept = unread;
    }
  }

  /**
   * Finds the end of the last step or epoch that the state knows.
   *
   * @param state to go on from
   * @param recorded length of the file when the state was saved
   */
  public static RecordedEvents upTo(
      TrainState state, long recorded, Path file, Configuration hadoop) throws IOException {
    Known known = new Known(state, recorded);
    long read = lines(file, hadoop, Long.MAX_VALUE, known::add);
    if (read >= recorded && known.read < read) known.add(Optional.empty(), read);
    return new RecordedEvents(known.kept, read >= recorded, known.unreadAtKept);
  }

  private static boolean isPast(Event event, TrainState state) {
    if (event instanceof Event.StepDone s) return s.step() <= state.step();
    if (event instanceof Event.Evaluated e)
      return e.step() <= state.step() && e.epochs() <= state.epoch();
    return event instanceof Event.EpochDone e
        && e.epoch() < state.epoch()
        && e.step() <= state.step();
  }

  /** Tells what is kept, in order. */
  public void replay(Path file, Configuration hadoop, Consumer<EventJson.Recorded> listener)
      throws IOException {
    long unused = lines(file, hadoop, kept, (line, end) -> line.ifPresent(listener));
  }

  /**
   * Reads lines that end within a bound. The file's own length is not asked for: of a file whose
   * writer died, HDFS tells too little.
   *
   * @return length of what was read
   */
  private static long lines(Path file, Configuration hadoop, long bound, Line line)
      throws IOException {
    FileSystem files = OutputFiles.fileSystem(file, hadoop);
    long read = 0;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (InputStream in = new BufferedInputStream(files.open(file), 1 << 16)) {
      while (read < bound) {
        int b = in.read();
        if (b < 0) break;
        read++;
        if (b != '\n') {
          bytes.write(b);
          continue;
        }
        line.at(EventJson.read(bytes.toString(StandardCharsets.UTF_8)), read);
        bytes.reset();
      }
    } catch (FileNotFoundException e) {
      return 0;
    }
    return read;
  }
}
