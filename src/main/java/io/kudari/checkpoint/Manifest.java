package io.kudari.checkpoint;

import io.kudari.data.DataException;
import io.kudari.data.file.JsonFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * Length and SHA-256 of every file of a folder. Its own bytes are determined by what it says, so a
 * changed byte in them is found as well.
 *
 * @param format version of the folder's format
 * @param files by name
 */
record Manifest(int format, SortedMap<String, Entry> files) {

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

  /** What manifests of all versions have. */
  private record Version(int format) {}

  Manifest {
    if (format != FORMAT) throw new IllegalArgumentException("format must be " + FORMAT);
    for (String name : files.keySet())
      if (!FILE.matcher(name).matches())
        throw new IllegalArgumentException(name + " is no file of a checkpoint");
  }

  /** Of this version's format. */
  static Manifest of(SortedMap<String, Entry> files) {
    return new Manifest(FORMAT, files);
  }

  byte[] bytes() throws IOException {
    return JsonFile.bytes(this);
  }

  /** The version of the format that a manifest is of. */
  static int format(String place, byte[] bytes) {
    return JsonFile.read(place, bytes, Version.class).format;
  }

  /**
   * Reads a manifest.
   *
   * @throws DataException when it is not exactly what {@link #bytes} writes
   */
  static Manifest parse(String place, byte[] bytes) throws IOException {
    Manifest manifest = JsonFile.read(place, bytes, Manifest.class);
    if (!Arrays.equals(bytes, manifest.bytes())) throw new DataException(place + ": is damaged");
    return manifest;
  }
}
