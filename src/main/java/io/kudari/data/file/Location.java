package io.kudari.data.file;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;

/**
 * Where something lies, as configurations and the command line say it: a URI of any Hadoop file
 * system, or a path without a scheme, which is one of this machine's own files, whatever file
 * system is Hadoop's default. The only place where file systems are looked up.
 *
 * <p>A scheme ends with a colon and a slash: {@code a:b} and {@code c:\x} are names of files.
 */
public final class Location {

  private static final Pattern URI = Pattern.compile("(?s)[A-Za-z][A-Za-z0-9+.-]*:/.*");

  /** Bytes of a name, and of a path, that file systems of Linux take. */
  private static final int LONGEST_NAME = 255;

  private static final int LONGEST_PATH = 4095;

  private Location() {}

  /** Whether the location names its file system. */
  public static boolean isUri(String location) {
    return URI.matcher(location).matches();
  }

  /**
   * The location itself when it is a URI or an absolute path, else what it means within a folder.
   *
   * @param folder a URI, or a local path, which may be relative to the working folder or empty
   */
  public static String within(String folder, String location) {
    if (isUri(location) || location.startsWith("/")) return location;
    if (isUri(folder)) return child(new Path(folder + "/"), location).toString();
    String parent = new File(folder).getAbsolutePath();
    return local(new File(parent, location)).toUri().getPath();
  }

  /**
   * What lies within a folder, whatever characters its name has.
   *
   * @param name a name, or a relative path
   */
  public static Path child(Path folder, String name) {
    return new Path(folder, new Path(null, null, name));
  }

  /**
   * Hadoop's name for a location.
   *
   * @throws IllegalArgumentException when it is empty or no URI, or longer than file systems take
   */
  public static Path path(String location) {
    Path path = pattern(location);
    if (!isUri(location)) checkLength(path, 0);
    return path;
  }

  /** As {@link #path}, of a pattern of names, which may be longer than they are. */
  static Path pattern(String location) {
    if (isUri(location)) return new Path(location);
    if (location.isEmpty()) throw new IllegalArgumentException("a path must not be empty");
    File file = new File(location);
    checkCharacters(file);
    return local(file);
  }

  /** In a language without an encoding, such as that of {@code LC_ALL=C}, names are ASCII. */
  private static void checkCharacters(File file) {
    try {
      var unused = file.toPath();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "it has characters that no file's name has here: set LC_ALL=C.UTF-8", e);
    }
  }

  /**
   * Checks that a local path and what is to lie below it are not too long for a file system.
   *
   * @param below bytes of the longest path that will be made in it
   * @throws IllegalArgumentException when they are
   */
  public static void checkLength(Path path, int below) {
    if (!LocalFiles.isLocal(path)) return;
    String whole = path.toUri().getPath();
    int length = bytes(whole) + below;
    if (length > LONGEST_PATH)
      throw new IllegalArgumentException(
          "with what is to be in it, the path has %d bytes, and %d are the most"
              .formatted(length, LONGEST_PATH));
    for (String name : whole.split("/")) {
      if (bytes(name) > LONGEST_NAME)
        throw new IllegalArgumentException(
            "one of its names has %d bytes, and %d are the most"
                .formatted(bytes(name), LONGEST_NAME));
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
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
    } catch (UnsupportedFileSystemException e) {
      throw missing(path, e);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof ClassNotFoundException) throw missing(path, e);
      throw new IOException(path + ": its file system cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * Whether there is something at a path.
   *
   * @throws IOException when its file system cannot tell; one line that names the path
   */
  public static boolean exists(FileSystem files, Path path) throws IOException {
    try {
      return files.exists(path);
    } catch (ParentNotDirectoryException e) {
      return false; // What is beneath a file does not exist, which some file systems call an error.
    } catch (AccessControlException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(shown(path) + ": cannot be looked at: " + Reason.of(e), e);
    }
  }

  private static IOException missing(Path path, Exception e) {
    return new IOException(path + ": " + Connectors.advice(path.toUri().getScheme()), e);
  }

  /** Whether a path is a pipe or a device of this machine, which is neither read nor replaced. */
  public static boolean isSpecial(Path path) {
    return LocalFiles.isSpecial(path);
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
