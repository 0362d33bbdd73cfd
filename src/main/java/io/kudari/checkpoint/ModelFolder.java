package io.kudari.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.data.DataException;
import io.kudari.data.file.JsonFile;
import io.kudari.data.file.Location;
import io.kudari.data.file.OutputFiles;
import io.kudari.math.Fingerprint;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A trained model as a folder of plain files, on any file system Hadoop knows.
 *
 * <pre>
 * manifest.json     {"format": 2, "files": {name: {"bytes": …, "sha256": …}, …}}
 * model.json        the network, as the engine describes it
 * task.json         version, task, input shape, outputs, loss, workers; names of the classes and of the
 *                   columns that features and labels were read from; how a table's columns become features
 * layout.json       name, shape and role of every segment of the parameter vector
 * parameters.f32    the parameters, raw little-endian 32-bit floats
 * normalizer.json   how raw features become inputs: offsets of a table's columns, what
 *                   fills their gaps, shifts, factors
 * </pre>
 *
 * <p>Reading trusts nothing: every length is compared with the file's before memory is taken, every
 * SHA-256 is compared, and a flipped bit anywhere is an error. All methods are pure but for the
 * files.
 */
public final class ModelFolder {

  /**
   * Version of the folder's format; a folder of a newer one is refused. 2 has offsets; 3 encodings
   * of columns, and is written where there is one.
   */
  public static final int FORMAT = 3;

  private static final int WITHOUT_ENCODING = 2;

  static final String MANIFEST = "manifest.json";

  /** What Hadoop writes beside files of some file systems. */
  private static final String CHECKSUM = ".crc";

  /** No manifest and no description in JSON is longer: 64 MiB. */
  private static final long LONGEST = 64L << 20;

  private ModelFolder() {}

  /**
   * Writes the model beside its place, then renames it there. A model that lies there is replaced:
   * it is set aside first and deleted last, so at every moment one of the two is whole.
   *
   * @param path such as {@code out/model}; its parent is made when missing
   * @throws DataException when a parameter is NaN or infinite
   */
  public static void write(Path path, Configuration hadoop, SavedModel model) throws IOException {
    // A path made of a URI may end with a slash, and then its name is empty.
    Path folder = new Path(path.toString());
    ModelFiles.checkFinite("the model", model.layout(), model.parameters());
    FileSystem files = OutputFiles.fileSystem(folder, hadoop);
    Path temporary = OutputFiles.temporary(folder);
    if (files.exists(temporary)) OutputFiles.delete(files, temporary);
    try {
      int format = model.schema().encoding().isNone() ? WITHOUT_ENCODING : FORMAT;
      fill(files, temporary, format, ModelFiles.encode(model));
    } catch (IOException | RuntimeException e) {
      OutputFiles.discard(files, temporary, e);
      throw e;
    }
    Path old = Location.child(folder.getParent(), "." + folder.getName() + ".old");
    if (files.exists(old)) OutputFiles.delete(files, old);
    boolean replaced = files.exists(folder);
    if (replaced) OutputFiles.rename(files, folder, old);
    OutputFiles.rename(files, temporary, folder);
    if (replaced) OutputFiles.delete(files, old);
  }

  /**
   * What {@link #write} would delete that it did not write: names in the folder that are no file of
   * a model.
   *
   * @param folder need not be there
   */
  public static List<String> foreign(FileSystem files, Path folder) throws IOException {
    if (!files.exists(folder)) return List.of();
    return Arrays.stream(files.listStatus(folder))
        .map(child -> child.getPath().getName())
        .filter(name -> !isOwn(name))
        .filter(name -> !name.endsWith(CHECKSUM))
        .sorted()
        .toList();
  }

  /** Whether a file of a model's folder has that name. */
  public static boolean isOwn(String name) {
    return name.equals(MANIFEST) || ModelFiles.NAMES.contains(name);
  }

  private static void fill(FileSystem files, Path folder, int format, Map<String, byte[]> contents)
      throws IOException {
    for (Map.Entry<String, byte[]> file : contents.entrySet()) {
      put(files, new Path(folder, file.getKey()), file.getValue());
    }
    put(files, new Path(folder, MANIFEST), JsonFile.bytes(Listing.of(format, contents)));
  }

  private static void put(FileSystem files, Path path, byte[] content) throws IOException {
    try (OutputStream out = files.create(path, true)) {
      out.write(content);
    }
  }

  /** What manifests of all versions have. */
  private record Version(int format) {}

  /**
   * The manifest.
   *
   * @param files in the order in which they are written
   */
  private record Listing(int format, Map<String, Manifest.Entry> files) {

    static Listing of(int format, Map<String, byte[]> contents) {
      Map<String, Manifest.Entry> files = new LinkedHashMap<>();
      contents.forEach(
          (name, content) ->
              files.put(name, new Manifest.Entry(content.length, Fingerprint.sha256(content))));
      return new Listing(format, files);
    }
  }

  /**
   * Reads and checks a model.
   *
   * @throws DataException when there is no model, or a file is missing, damaged, of another length,
   *     of a newer format, or does not fit the others; the message names the file and the rule
   */
  public static SavedModel read(Path folder, Configuration hadoop) throws IOException {
    FileSystem files = OutputFiles.fileSystem(folder, hadoop);
    if (files.exists(folder) && files.getFileStatus(folder).isFile())
      throw new DataException(folder + ": is a file, and not a model's folder");
    Path path = new Path(folder, MANIFEST);
    long length = length(files, path);
    if (length > LONGEST) throw tooLong(path, length);
    String place = path.toString();
    ObjectNode manifest = JsonFile.object(place, content(files, path, Math.toIntExact(length)));
    checkFormat(place, JsonFile.read(place, manifest, Version.class).format);
    Map<String, Manifest.Entry> entries = JsonFile.read(place, manifest, Listing.class).files;
    for (String name : ModelFiles.NAMES)
      if (!entries.containsKey(name))
        throw new DataException(place + ": files: key " + name + " is missing");
    // All lengths first: nothing is allocated for a folder that does not add up.
    Map<String, Long> lengths = new LinkedHashMap<>();
    for (String name : ModelFiles.NAMES) {
      lengths.put(name, checkLength(files, new Path(folder, name), entries.get(name)));
    }
    return ModelFiles.decode(
        folder,
        lengths,
        name -> {
          Path file = new Path(folder, name);
          byte[] content = content(files, file, Math.toIntExact(lengths.get(name)));
          checkDigest(file, content, entries.get(name).sha256());
          return content;
        });
  }

  private static void checkFormat(String place, int format) {
    if (format > FORMAT) {
      throw new DataException(
          place
              + ": format "
              + format
              + " is newer than "
              + FORMAT
              + ", the newest this version of Kudari reads");
    }
    if (format < 1) {
      throw new DataException(place + ": format must be within 1.." + FORMAT + ", not " + format);
    }
  }

  private static long checkLength(FileSystem files, Path file, Manifest.Entry entry)
      throws IOException {
    long declared = entry.bytes();
    long length = length(files, file);
    if (length != declared) {
      throw new DataException(
          file + ": has " + length + " bytes, but " + MANIFEST + " says " + declared);
    }
    boolean parameters = file.getName().equals(ModelFiles.PARAMETERS);
    if (length > (parameters ? ModelFiles.LONGEST_ARRAY : LONGEST)) throw tooLong(file, length);
    return length;
  }

  private static DataException tooLong(Path file, long length) {
    return new DataException(file + ": " + length + " bytes are too many for this file of a model");
  }

  private static void checkDigest(Path file, byte[] content, String declared) {
    String found = Fingerprint.sha256(content);
    if (!found.equals(declared)) {
      throw new DataException(
          file
              + ": is damaged: its SHA-256 is "
              + found
              + ", but "
              + MANIFEST
              + " says "
              + declared);
    }
  }

  private static long length(FileSystem files, Path file) throws IOException {
    try {
      FileStatus status = files.getFileStatus(file);
      if (!status.isFile()) throw new DataException(file + ": must be a file of the model");
      return status.getLen();
    } catch (FileNotFoundException e) {
      throw new DataException(
          file.getName().equals(MANIFEST)
              ? file.getParent() + ": holds no run and no model: " + file + " is missing"
              : file + ": is missing from the model",
          e);
    }
  }

  private static byte[] content(FileSystem files, Path file, int length) throws IOException {
    byte[] content = new byte[length];
    try (FSDataInputStream in = files.open(file)) {
      in.readFully(0, content);
    }
    return content;
  }
}
