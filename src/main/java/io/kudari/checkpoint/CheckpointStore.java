package io.kudari.checkpoint;

import io.kudari.data.DataException;
import io.kudari.data.file.JsonFile;
import io.kudari.data.file.OutputFiles;
import io.kudari.math.Fingerprint;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The checkpoints of a run: one folder each, named by its step, never changed once it is there.
 *
 * <p>Whatever happens while one is written, those before it stay as they are, and a folder is used
 * only after every byte of it has been compared with its manifest. Used by one thread.
 */
public final class CheckpointStore {

  private static final Pattern NAME = Pattern.compile("step-(\\d{12})");
  private static final String TEMPORARY = ".tmp-";
  private static final String MARKER = "_COMMITTED";

  private final FileSystem files;
  private final Path folder;
  private final Commit commit;
  private final String writer;
  private final Consumer<Checkpoint> rule;

  /**
   * Checkpoints in a folder, which need not be there.
   *
   * @param writer names this process: no two at once may have the same
   * @param rule what a checkpoint must hold to be valid, besides whole files: throws a {@link
   *     DataException} of one line where it does not
   */
  public CheckpointStore(
      FileSystem files, Path folder, Commit commit, String writer, Consumer<Checkpoint> rule) {
    this.files = files;
    this.folder = folder;
    this.commit = commit;
    this.writer = writer;
    this.rule = rule;
  }

  /** Checkpoints that are valid when their files are whole. */
  public CheckpointStore(FileSystem files, Path folder, Commit commit, String writer) {
    this(files, folder, commit, writer, checkpoint -> {});
  }

  /**
   * What was found.
   *
   * @param checkpoint the newest valid one, if there is any
   * @param skipped what is wrong with each newer one: one line each
   * @param otherFormat which version has written the newest, when there is no valid one because
   *     another has; one line
   */
  public record Found(
      Optional<Checkpoint> checkpoint, List<String> skipped, Optional<String> otherFormat) {

    public Found {
      skipped = List.copyOf(skipped);
    }
  }

  Commit commit() {
    return commit;
  }

  /** Reads the newest valid checkpoint. */
  public Found newest() throws IOException {
    List<String> skipped = new ArrayList<>();
    Optional<String> otherFormat = Optional.empty();
    for (long step : steps().descendingSet()) {
      try {
        return new Found(Optional.of(read(step)), skipped, Optional.empty());
      } catch (CheckpointFolder.OtherFormatException e) {
        if (otherFormat.isEmpty()) otherFormat = Optional.of(e.getMessage());
        skipped.add(path(step).getName() + ": " + e.getMessage());
      } catch (IOException | DataException e) {
        skipped.add(path(step).getName() + ": " + firstLine(e));
      }
    }
    return new Found(Optional.empty(), skipped, otherFormat);
  }

  private Checkpoint read(long step) throws IOException {
    Path path = path(step);
    checkMarker(path);
    Checkpoint checkpoint = CheckpointFolder.read(files, path);
    if (checkpoint.state().step() != step)
      throw new DataException(path + ": holds step " + checkpoint.state().step());
    checkRule(path, checkpoint);
    return checkpoint;
  }

  private void checkRule(Path path, Checkpoint checkpoint) {
    try {
      rule.accept(checkpoint);
    } catch (DataException e) {
      throw new DataException(path + ": " + e.getMessage(), e);
    }
  }

  private void checkMarker(Path path) throws IOException {
    Path marker = new Path(path, MARKER);
    boolean marked = files.exists(marker);
    if (!marked && commit == Commit.MARKER)
      throw new DataException(path + ": was not committed: " + MARKER + " is missing");
    if (!marked) return;
    byte[] manifest = SyncedFile.bytes(files, new Path(path, Manifest.NAME));
    String named = JsonFile.text(marker.toString(), SyncedFile.bytes(files, marker));
    if (!named.equals(Fingerprint.sha256(manifest)))
      throw new DataException(marker + ": names another manifest");
  }

  /**
   * Writes a checkpoint. When this returns it is valid; when this throws, it is valid or not, and
   * all others are as they were.
   *
   * @param fence asked right before the checkpoint becomes valid
   * @return how many bytes were written
   */
  public long save(Checkpoint checkpoint, Fence fence) throws IOException {
    Path path = path(checkpoint.state().step());
    fence.check();
    if (files.exists(path)) {
      if (isValid(checkpoint.state().step())) return CheckpointFolder.bytes(files, path);
      remove(path);
    }
    if (commit == Commit.RENAME) {
      Path temporary = new Path(folder, TEMPORARY + writer + "-" + path.getName());
      if (files.exists(temporary)) OutputFiles.delete(files, temporary);
      try {
        Manifest.Entry unused = CheckpointFolder.write(files, temporary, checkpoint);
        fence.check();
      } catch (IOException | RuntimeException e) {
        OutputFiles.discard(files, temporary, e);
        throw e;
      }
      OutputFiles.rename(files, temporary, path);
      OutputFiles.force(files, folder);
    } else {
      Manifest.Entry manifest = CheckpointFolder.write(files, path, checkpoint);
      fence.check();
      byte[] name = manifest.sha256().getBytes(StandardCharsets.UTF_8);
      Manifest.Entry unused =
          SyncedFile.write(files, new Path(path, MARKER), out -> out.write(name));
    }
    return CheckpointFolder.bytes(files, path);
  }

  private boolean isValid(long step) throws IOException {
    try {
      return read(step).state().step() == step;
    } catch (DataException | CheckpointFolder.OtherFormatException e) {
      return false;
    }
  }

  /** The manifest first: at no moment is there a folder that looks whole and is not. */
  private void remove(Path path) throws IOException {
    Path manifest = new Path(path, Manifest.NAME);
    if (files.exists(manifest)) OutputFiles.delete(files, manifest);
    OutputFiles.delete(files, path);
  }

  /**
   * Removes what an earlier process left half-written or half-deleted. Only the one who may write
   * may do this.
   */
  public void sweep() throws IOException {
    for (FileStatus status : list()) {
      Path path = status.getPath();
      boolean temporary = path.getName().startsWith(TEMPORARY) || path.getName().endsWith(".tmp");
      boolean broken =
          NAME.matcher(path.getName()).matches() && !files.exists(new Path(path, Manifest.NAME));
      if (temporary || broken) OutputFiles.delete(files, path);
    }
  }

  /**
   * Deletes checkpoints that are not needed any more: of those up to a step, all but the newest and
   * the first one at or after the best epoch's end. Later ones are of a time that the run has not
   * reached again; they stay.
   *
   * @param keep how many of the newest, at least 1
   * @param step the one just written
   * @param best the step at which the best epoch ended, or a negative number
   */
  public void retain(int keep, long step, long best) throws IOException {
    NavigableSet<Long> old = steps().headSet(step, true);
    NavigableSet<Long> needed = needed(old, keep, best);
    for (long s : old) if (!needed.contains(s)) remove(path(s));
  }

  static NavigableSet<Long> needed(NavigableSet<Long> steps, int keep, long best) {
    NavigableSet<Long> needed = new TreeSet<>();
    steps.descendingSet().stream().limit(keep).forEach(needed::add);
    Long first = best < 0 ? null : steps.ceiling(best);
    if (first != null) needed.add(first);
    return needed;
  }

  /** The steps there are folders of, valid or not. */
  public NavigableSet<Long> steps() throws IOException {
    NavigableSet<Long> steps = new TreeSet<>();
    for (FileStatus status : list()) {
      Matcher name = NAME.matcher(status.getPath().getName());
      if (name.matches()) steps.add(Long.parseLong(name.group(1)));
    }
    return steps;
  }

  private FileStatus[] list() throws IOException {
    try {
      return files.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  /** What the checkpoint of a step is called. */
  public static String name(long step) {
    return String.format(Locale.ROOT, "step-%012d", step);
  }

  private Path path(long step) {
    return new Path(folder, name(step));
  }

  private static String firstLine(Exception e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.lines().findFirst().orElse("");
  }
}
