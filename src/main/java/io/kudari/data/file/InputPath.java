package io.kudari.data.file;

import io.kudari.data.DataException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/**
 * A file or folder that exists, found through Hadoop's {@code FileSystem}. Errors name the path as
 * the user wrote it.
 *
 * @param name as it was asked for
 * @param files the file system it lies in; null for the standard input
 * @param status what the file system says of it
 */
public record InputPath(String name, FileSystem files, FileStatus status) {

  /** The name of the standard input, which can be opened once, and whose length is not known. */
  public static final String STANDARD_INPUT = "-";

  private static final Pattern PATTERN = Pattern.compile("[*?\\[{]");

  private static final Pattern HIDDEN = Pattern.compile("(?s)[._].*");

  /**
   * Finds a file or folder.
   *
   * @param name as {@link Location} has it
   * @throws DataException when there is none, it may not be looked at, or its file system cannot be
   *     reached or is not there
   */
  public static InputPath find(Configuration hadoop, String name) throws IOException {
    return lookUp(hadoop, name).orElseThrow(() -> missing(name));
  }

  /** As {@link #find}, but there may be none. */
  static Optional<InputPath> lookUp(Configuration hadoop, String name) throws IOException {
    if (name.equals(STANDARD_INPUT))
      return Optional.of(
          new InputPath("standard input", null, new FileStatus(1, false, 0, 0, 0, null)));
    Path path = path(name);
    FileSystem files = fileSystem(path, hadoop);
    try {
      if (LocalFiles.isSpecial(path)) throw new DataException(name + LocalFiles.SPECIAL);
      return Optional.of(new InputPath(name, files, files.getFileStatus(path)));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (AccessControlException e) {
      throw unreadable(name, e);
    } catch (IOException | IllegalArgumentException e) {
      throw new DataException(name + ": cannot be looked at: " + Reason.of(e), e);
    }
  }

  /** There is none of a name. */
  static DataException missing(String name) {
    return new DataException(name + ": no such file or folder");
  }

  /** Whether a name may be a pattern of names. */
  static boolean isPattern(String name) {
    return PATTERN.matcher(name).find();
  }

  /**
   * What matches a pattern, at least one, some maybe twice. A hidden file or folder matches only
   * what begins with its first character.
   *
   * @throws DataException when nothing does
   */
  static List<InputPath> matching(Configuration hadoop, String pattern) throws IOException {
    Path path = path(pattern);
    FileSystem files = fileSystem(path, hadoop);
    try {
      List<InputPath> found = new ArrayList<>();
      URI all = path.toUri();
      for (String one : GlobExpander.expand(all.getPath())) {
        Path of = new Path(all.getScheme(), all.getAuthority(), one);
        // Of a name that is no pattern but for what is escaped, there is null where there is none.
        FileStatus[] matches = files.globStatus(of);
        for (FileStatus match : matches == null ? new FileStatus[0] : matches)
          if (isShown(match.getPath(), of))
            found.add(new InputPath(Location.shown(match.getPath()), files, match));
      }
      if (found.isEmpty()) throw new DataException(pattern + ": no file matches the pattern");
      return found;
    } catch (AccessControlException e) {
      throw unreadable(pattern, e);
    } catch (IOException | IllegalArgumentException e) {
      throw new DataException(pattern + ": cannot be looked at: " + Reason.of(e), e);
    }
  }

  private static boolean isShown(Path path) {
    return !HIDDEN.matcher(path.getName()).matches();
  }

  /** Whether nothing on the way to a match is hidden, unless the pattern says that it is. */
  private static boolean isShown(Path match, Path pattern) {
    String[] names = match.toUri().getPath().split("/");
    String[] asked = pattern.toUri().getPath().replace("\\", "").split("/");
    for (int i = 0; i < names.length; i++)
      if (HIDDEN.matcher(names[i]).matches() && asked[i].charAt(0) != names[i].charAt(0))
        return false;
    return true;
  }

  private static Path path(String name) {
    try {
      return isPattern(name) ? Location.pattern(name) : Location.path(name);
    } catch (IllegalArgumentException e) {
      throw new DataException(name + ": is not a usable path: " + Reason.of(e), e);
    }
  }

  private static FileSystem fileSystem(Path path, Configuration hadoop) {
    try {
      return Location.fileSystem(path, hadoop);
    } catch (IOException e) {
      throw new DataException(Reason.of(e), e);
    }
  }

  /** As {@link #find}, and it must be a file. */
  public static InputPath file(Configuration hadoop, String name) throws IOException {
    InputPath found = find(hadoop, name);
    if (found.status.isDirectory()) throw found.error("is a folder, expected a file");
    return found;
  }

  /** What a folder holds, sorted by name, without the hidden ({@code .…} and {@code _…}). */
  public List<InputPath> children() throws IOException {
    if (!status.isDirectory()) throw error("is a file, expected a folder");
    String within = name.endsWith("/") ? name : name + "/";
    try {
      return Arrays.stream(files.listStatus(status.getPath()))
          .filter(child -> isShown(child.getPath()))
          .sorted(Comparator.comparing((FileStatus child) -> child.getPath().getName()))
          .map(child -> new InputPath(within + child.getPath().getName(), files, child))
          .toList();
    } catch (AccessControlException e) {
      throw unreadable(name, e);
    }
  }

  /**
   * Checks that none of a folder's links, but the hidden, leads to nothing, which {@link #children}
   * does not tell.
   *
   * @throws DataException when one does
   */
  void checkLinks() throws IOException {
    for (String link : LocalFiles.brokenLinks(status.getPath()))
      if (!HIDDEN.matcher(link).matches())
        throw new DataException(
            name + (name.endsWith("/") ? "" : "/") + link + ": is a link to what is not there");
  }

  /** Opens the file for one reading from start to end, gunzipping when its name ends in .gz. */
  public InputFile open() throws IOException {
    if (status.isDirectory()) throw error("is a folder, expected a file");
    if (files == null) return new InputFile(this, System.in);
    try {
      return new InputFile(this, files.open(status.getPath()));
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /**
   * Opens a file that is not gzipped, to be read from a byte on.
   *
   * @param from at least 0
   */
  public InputFile openAt(long from) throws IOException {
    if (from == 0) return open();
    try {
      FSDataInputStream in = files.open(status.getPath());
      try {
        in.seek(from);
      } catch (IOException e) {
        in.close();
        throw e;
      }
      return InputFile.middle(this, in);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** Last part of the path. */
  public String lastName() {
    return status.getPath().getName();
  }

  /** An error about this path: its name, then {@code what}. */
  public DataException error(String what) {
    return new DataException(name + ": " + what);
  }

  /** An error about this path with the reason a library gave. */
  public DataException error(String what, Throwable cause) {
    return new DataException(name + ": " + what + ": " + Reason.of(cause), cause);
  }

  private static DataException unreadable(String name, IOException cause) {
    return new DataException(name + ": cannot be read: " + Reason.of(cause), cause);
  }
}
