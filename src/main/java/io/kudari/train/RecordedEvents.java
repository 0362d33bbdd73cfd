package io.kudari.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
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
 */
public record RecordedEvents(long kept, boolean complete) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Nothing was recorded. */
  public static final RecordedEvents NONE = new RecordedEvents(0, true);

  /** A line that is no JSON object, such as a half-written last one, is passed over. */
  private interface Line {
    void at(JsonNode event, long end);
  }

  /**
   * Finds the end of the last step or epoch that the state knows.
   *
   * @param state to go on from
   * @param recorded length of the file when the state was saved
   */
  public static RecordedEvents upTo(
      TrainState state, long recorded, Path file, Configuration hadoop) throws IOException {
    long[] kept = {0};
    long read =
        lines(
            file,
            hadoop,
            Long.MAX_VALUE,
            (event, end) -> {
              String type = event.path("type").asText();
              boolean step = type.equals("stepDone");
              boolean epoch =
                  type.equals("epochDone") && event.path("epoch").asInt() < state.epoch();
              if ((step || epoch) && event.path("step").asLong() <= state.step()) kept[0] = end;
              if (type.equals("started") && kept[0] == 0) kept[0] = end;
            });
    return new RecordedEvents(kept[0], read >= recorded);
  }

  /** Tells what is kept, in order. */
  public void replay(Path file, Configuration hadoop, Consumer<JsonNode> listener)
      throws IOException {
    long unused = lines(file, hadoop, kept, (event, end) -> listener.accept(event));
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
        JsonNode event = event(bytes.toByteArray());
        if (event.isObject()) line.at(event, read);
        bytes.reset();
      }
    } catch (FileNotFoundException e) {
      return 0;
    }
    return read;
  }

  private static JsonNode event(byte[] line) throws IOException {
    try {
      return MAPPER.readTree(line);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      return MAPPER.missingNode();
    }
  }
}
