package io.kudari.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.data.DataException;
import io.kudari.train.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Length and SHA-256 of every file of a folder. Its own bytes are determined by what it says, so a
 * changed byte in them is found as well.
 *
 * @param entries by file name
 */
record Manifest(SortedMap<String, Entry> entries) {

  static final String NAME = "manifest.json";

  /** What files are called: nothing that could lead out of the folder. */
  private static final Pattern FILE = Pattern.compile("[a-z0-9-]{1,40}\\.(f32|json|conf)");

  /** Version of the folder's format. */
  static final int FORMAT = 2;

  /**
   * What a file must be.
   *
   * @param bytes its length
   * @param sha256 in hex
   */
  record Entry(long bytes, String sha256) {}

  byte[] bytes() throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("format", FORMAT);
    ObjectNode files = json.putObject("files");
    entries.forEach(
        (name, entry) ->
            files.putObject(name).put("bytes", entry.bytes()).put("sha256", entry.sha256()));
    return JsonObject.bytes(json);
  }

  /** The version of the format that a manifest is of. */
  static int format(String place, byte[] bytes) throws IOException {
    return JsonObject.parse(place, bytes).integer("format");
  }

  /**
   * Reads a manifest.
   *
   * @throws DataException when it is not exactly what {@link #bytes} writes
   */
  static Manifest parse(String place, byte[] bytes) throws IOException {
    JsonObject json = JsonObject.parse(place, bytes);
    if (json.integer("format") != FORMAT)
      throw new DataException(place + ": format must be " + FORMAT);
    JsonObject files = json.object("files");
    SortedMap<String, Entry> entries = new TreeMap<>();
    for (Iterator<String> names = files.node().fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!FILE.matcher(name).matches())
        throw new DataException(place + ": " + name + " is no file of a checkpoint");
      JsonObject entry = files.object(name);
      entries.put(name, new Entry(entry.longInteger("bytes"), entry.string("sha256")));
    }
    Manifest manifest = new Manifest(entries);
    if (!Arrays.equals(bytes, manifest.bytes())) throw new DataException(place + ": is damaged");
    return manifest;
  }
}
