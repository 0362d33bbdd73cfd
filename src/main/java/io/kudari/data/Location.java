package io.kudari.data;

import java.io.File;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where something lies, as configurations and the command line say it: a URI of any Hadoop file
 * system, or a path without a scheme, which is one of this machine's own files, whatever file
 * system is Hadoop's default.
 */
public final class Location {

  private static final String SCHEME = "[A-Za-z][A-Za-z0-9+.-]*:.*";

  private Location() {}

  /** Whether the location names its file system. */
  public static boolean isUri(String location) {
    return location.matches(SCHEME);
  }

  /**
   * The location itself when it is a URI or an absolute path, else what it means within a folder.
   *
   * @param folder a URI, or a local path, which may be relative to the working folder or empty
   */
  public static String within(String folder, String location) {
    if (isUri(location) || location.startsWith("/")) return location;
    if (isUri(folder)) return new Path(folder + "/", location).toString();
    String parent = new File(folder).getAbsolutePath();
    return local(new File(parent, location)).toUri().getPath();
  }

  /**
   * Hadoop's name for a location.
   *
   * @throws IllegalArgumentException when it is empty or no URI
   */
  public static Path path(String location) {
    if (isUri(location)) return new Path(location);
    if (location.isEmpty()) throw new IllegalArgumentException("a path must not be empty");
    return local(new File(location));
  }

  /**
   * The file system that a path lies in.
   *
   * @throws IOException naming the path, also where Hadoop's own error is no IOException: the class
   *     of the file system is missing, or its host has no address
   */
  public static FileSystem fileSystem(Path path, Configuration hadoop) throws IOException {
    try {
      return LocalFiles.isLocal(path) ? LocalFiles.open(hadoop) : path.getFileSystem(hadoop);
    } catch (RuntimeException e) {
      throw new IOException(path + ": its file system cannot be used: " + e.getMessage(), e);
    }
  }

  private static Path local(File file) {
    return new Path("file", null, file.getAbsolutePath());
  }

  /** A path as the user would write it: a local one without a scheme. */
  public static String shown(Path path) {
    String scheme = path.toUri().getScheme();
    return scheme == null || scheme.equals("file") ? path.toUri().getPath() : path.toString();
  }
}
