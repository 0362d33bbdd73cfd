package io.kudari.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.data.DataException;
import io.kudari.data.file.OutputFiles;
import io.kudari.train.JsonObject;
import io.kudari.train.TrainState;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One checkpoint as a folder.
 *
 * <pre>
 * parameters.f32      raw little-endian 32-bit floats
 * state-000000.f32 …  the other vectors: slots, averages, the best epoch's parameters
 * state.json          step, epoch, position, numbers of the state, which file is which vector
 * config.conf         the configuration
 * origin.json         fingerprints of model and data, versions
 * manifest.json       length and SHA-256 of all of them; written last
 * </pre>
 */
final class CheckpointFolder {

  private static final String PARAMETERS = "parameters.f32";
  private static final String STATE = "state.json";
  private static final String CONFIG = "config.conf";
  private static final String ORIGIN = "origin.json";

  private CheckpointFolder() {}

  /**
   * Writes and syncs all files into a new folder.
   *
   * @return length and SHA-256 of the manifest
   */
  static Manifest.Entry write(FileSystem files, Path folder, Checkpoint checkpoint)
      throws IOException {
    if (!files.mkdirs(folder)) throw new IOException("cannot make " + folder);
    TrainState state = checkpoint.state();
    Origin origin = checkpoint.origin();
    SortedMap<String, SyncedFile.Content> contents = new TreeMap<>();
    contents.put(PARAMETERS, SyncedFile.floats(state.parameters()));
    for (StateJson.Vector v : StateJson.vectors(state.state()))
      contents.put(v.file(), SyncedFile.floats(state.state().tensors().get(v.name()).data()));
    contents.put(STATE, out -> out.write(JsonObject.bytes(StateJson.of(checkpoint))));
    contents.put(CONFIG, out -> out.write(origin.config().getBytes(StandardCharsets.UTF_8)));
    contents.put(ORIGIN, out -> out.write(JsonObject.bytes(json(origin))));
    SortedMap<String, Manifest.Entry> entries = new TreeMap<>();
    for (var file : contents.entrySet()) {
      Path path = new Path(folder, file.getKey());
      entries.put(file.getKey(), SyncedFile.write(files, path, file.getValue()));
    }
    byte[] manifest = new Manifest(entries).bytes();
    Path path = new Path(folder, Manifest.NAME);
    Manifest.Entry written = SyncedFile.write(files, path, out -> out.write(manifest));
    OutputFiles.force(files, folder);
    return written;
  }

  /** Length of all files of a folder. */
  static long bytes(FileSystem files, Path folder) throws IOException {
    return files.getContentSummary(folder).getLength();
  }

  /**
   * Reads a whole folder. Every length is compared before memory is taken, and every SHA-256 before
   * this returns.
   *
   * @throws DataException when something is missing, damaged or does not fit the rest
   * @throws OtherFormatException when another version has written it
   */
  static Checkpoint read(FileSystem files, Path folder) throws IOException {
    try {
      return checked(files, folder);
    } catch (FileNotFoundException e) {
      throw new DataException(folder + ": a file is missing: " + e.getMessage(), e);
    }
  }

  private static Checkpoint checked(FileSystem files, Path folder) throws IOException {
    Path path = new Path(folder, Manifest.NAME);
    byte[] bytes = SyncedFile.bytes(files, path);
    int format = Manifest.format(path.toString(), bytes);
    if (format != Manifest.FORMAT) throw otherFormat(files, folder, format);
    Manifest manifest = Manifest.parse(path.toString(), bytes);
    SortedMap<String, Manifest.Entry> entries = new TreeMap<>(manifest.entries());
    for (var file : entries.entrySet())
      SyncedFile.checkLength(files, new Path(folder, file.getKey()), file.getValue());
    Reader reader = new Reader(files, folder, entries);
    JsonObject state = reader.json(STATE);
    int size = state.integer("parameters");
    if (size < 0) throw new DataException(state.place() + ": parameters must be at least 0");
    float[] parameters = reader.floats(PARAMETERS, size);
    TrainState read = StateJson.read(state, parameters, reader::floats);
    String config = JsonObject.text(new Path(folder, CONFIG).toString(), reader.bytes(CONFIG));
    Origin origin = origin(reader.json(ORIGIN), config);
    if (!entries.isEmpty())
      throw new DataException(path + ": names other files: " + entries.keySet());
    return new Checkpoint(read, origin, state.longInteger("eventBytes"));
  }

  /** A checkpoint is whole, but of another version's format. The message is one line. */
  static final class OtherFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    OtherFormatException(String message) {
      super(message);
    }
  }

  private static OtherFormatException otherFormat(FileSystem files, Path folder, int format)
      throws IOException {
    Path path = new Path(folder, ORIGIN);
    JsonObject origin = JsonObject.parse(path.toString(), SyncedFile.bytes(files, path));
    return new OtherFormatException(
        folder
            + ": was written by Kudari "
            + origin.object("versions").string("kudari")
            + " in format "
            + format
            + "; this version goes on from format "
            + Manifest.FORMAT
            + " only");
  }

  /**
   * Reads the files that a manifest names, each once.
   *
   * @param left the entries of those not read yet
   */
  private record Reader(FileSystem files, Path folder, SortedMap<String, Manifest.Entry> left) {

    private Manifest.Entry take(String name) {
      Manifest.Entry entry = left.remove(name);
      if (entry == null) throw new DataException(folder + ": its manifest lacks " + name);
      return entry;
    }

    byte[] bytes(String name) throws IOException {
      return SyncedFile.bytes(files, new Path(folder, name), take(name));
    }

    JsonObject json(String name) throws IOException {
      return JsonObject.parse(new Path(folder, name).toString(), bytes(name));
    }

    float[] floats(String name, int count) throws IOException {
      return SyncedFile.floats(files, new Path(folder, name), take(name), count);
    }
  }

  private static ObjectNode json(Origin origin) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("model", origin.model());
    origin.data().forEach(json.putObject("data")::put);
    origin.versions().forEach(json.putObject("versions")::put);
    return json;
  }

  private static Origin origin(JsonObject json, String config) {
    return new Origin(
        config,
        json.string("model"),
        strings(json.object("data")),
        strings(json.object("versions")));
  }

  private static SortedMap<String, String> strings(JsonObject object) {
    SortedMap<String, String> strings = new TreeMap<>();
    for (Iterator<String> keys = object.node().fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      strings.put(key, object.string(key));
    }
    return strings;
  }
}
