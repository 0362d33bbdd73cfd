package io.kudari.checkpoint;

import java.util.Set;

/** How a folder of files becomes valid at one moment. */
public enum Commit {
  /** Written under another name and renamed: where a rename is one step that cannot half happen. */
  RENAME,
  /**
   * Written in its place, and valid once a last file is there that names the manifest: for object
   * stores, which rename file by file, but show every file whole or not at all.
   */
  MARKER;

  private static final Set<String> ATOMIC_RENAME = Set.of("file", "hdfs", "webhdfs", "viewfs");

  /**
   * What suits a kind of store: {@link #RENAME} for {@code file}, {@code hdfs}, {@code webhdfs} and
   * {@code viewfs}, {@link #MARKER} for any other.
   *
   * @param scheme of its URIs
   */
  public static Commit suiting(String scheme) {
    return ATOMIC_RENAME.contains(scheme) ? RENAME : MARKER;
  }
}
