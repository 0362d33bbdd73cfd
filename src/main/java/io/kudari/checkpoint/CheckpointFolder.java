package io.kudari.checkpoint;

import io.kudari.data.DataException;
import io.kudari.data.file.JsonFile;
import io.kudari.data.file.OutputFiles;
import io.kudari.train.TrainState;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    OutputFiles.makeFolder(files, folder);
    TrainState state = checkpoint.state();
    Origin origin = checkpoint.origin();
    SortedMap<String, SyncedFile.Content> contents = new TreeMap<>();
    contents.put(PARAMETERS, SyncedFile.floats(state.parameters()));
    StateJson json = StateJson.of(checkpoint);
    for (var v : json.vectors().entrySet())
      contents.put(
          v.getValue().file(), SyncedFile.floats(state.state().tensors().get(v.getKey()).data()));
    contents.put(STATE, out -> out.write(json.bytes()));
    contents.put(CONFIG, out -> out.write(origin.config().getBytes(StandardCharsets.UTF_8)));
    contents.put(ORIGIN, out -> out.write(JsonFile.bytes(Fingerprints.of(origin))));
    SortedMap<String, Manifest.Entry> entries = new TreeMap<>();
    for (var file : contents.entrySet()) {
      Path path = new Path(folder, file.getKey());
      entries.put(file.getKey(), SyncedFile.write(files, path, file.getValue()));
    }
    byte[] manifest = Manifest.of(entries).bytes();
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
    SortedMap<String, Manifest.Entry> entries = new TreeMap<>(manifest.files());
    for (var file : entries.entrySet())
      SyncedFile.checkLength(files, new Path(folder, file.getKey()), file.getValue());
    Reader reader = new Reader(files, folder, entries);
    StateJson state = reader.json(STATE, StateJson.class);
    float[] parameters = reader.floats(PARAMETERS, state.parameters());
    TrainState read = state.with(new Path(folder, STATE).toString(), parameters, reader::floats);
    String config = JsonFile.text(new Path(folder, CONFIG).toString(), reader.bytes(CONFIG));
    Origin origin = reader.json(ORIGIN, Fingerprints.class).of(config);
    if (!entries.isEmpty())
      throw new DataException(path + ": names other files: " + entries.keySet());
    return new Checkpoint(read, origin, state.eventBytes());
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
    Writer origin = JsonFile.read(path.toString(), SyncedFile.bytes(files, path), Writer.class);
    return new OtherFormatException(
        folder
            + ": was written by Kudari "
            + origin.versions.kudari
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

    <T> T json(String name, Class<T> type) throws IOException {
      return JsonFile.read(new Path(folder, name).toString(), bytes(name), type);
    }

    float[] floats(String name, int count) throws IOException {
      return SyncedFile.floats(files, new Path(folder, name), take(name), count);
    }
  }

  /** What a run came from but for its configuration, which has a file of its own. */
  private record Fingerprints(
      String model, SortedMap<String, String> data, SortedMap<String, String> versions) {

    static Fingerprints of(Origin origin) {
      return new Fingerprints(origin.model(), origin.data(), origin.versions());
    }

    Origin of(String config) {
      return new Origin(config, model, data, versions);
    }
  }

  /** Who wrote a checkpoint, as those of all formats say. */
  private record Writer(Versions versions) {

    private record Versions(String kudari) {}
  }
}
