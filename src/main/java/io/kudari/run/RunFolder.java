package io.kudari.run;

import io.kudari.checkpoint.CheckpointStore;
import io.kudari.checkpoint.Commit;
import io.kudari.checkpoint.Lease;
import io.kudari.checkpoint.ModelFolder;
import io.kudari.checkpoint.SavedModel;
import io.kudari.config.ConfigurationException;
import io.kudari.data.DataException;
import io.kudari.data.file.JsonFile;
import io.kudari.data.file.Location;
import io.kudari.data.file.OutputFiles;
import io.kudari.event.EventJson;
import io.kudari.record.RecordedEvents;
import io.kudari.report.HtmlReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder a run writes to: {@code config.conf}, {@code events.jsonl}, {@code summary.json},
 * {@code model/}, {@code report.html}, {@code checkpoints/}, where the lease is as well.
 */
public final class RunFolder {

  static final String EVENTS = "events.jsonl";
  public static final String CONFIG = "config.conf";
  static final String MODEL = "model";
  private static final String SUMMARY = "summary.json";
  private static final String CHECKPOINTS = "checkpoints";
  private static final Set<String> OWN =
      Set.of(EVENTS, CONFIG, MODEL, SUMMARY, CHECKPOINTS, HtmlReport.FILE);

  /** Bytes of the longest path in the folder: a slot of a checkpoint that is being written. */
  private static final int LONGEST_FILE = 128;

  private final Path folder;
  private final FileSystem files;

  private RunFolder(Path folder, FileSystem files) {
    this.folder = folder;
    this.files = files;
  }

  /**
   * Checks that a run may write there. Nothing is written yet.
   *
   * @param overwrite whether a folder that holds something may be replaced
   * @throws FolderException when it may not, or its file system cannot be used
   */
  static RunFolder check(String location, boolean overwrite, Configuration hadoop)
      throws InterruptedException {
    try {
      return checked(location, overwrite, hadoop);
    } catch (IOException e) {
      throw new FolderException(e.getMessage(), e);
    }
  }

  private static RunFolder checked(String location, boolean overwrite, Configuration hadoop)
      throws IOException, InterruptedException {
    Path path = path(location);
    checkLength(location, path);
    RunFolder folder = new RunFolder(path, OutputFiles.fileSystem(path, hadoop));
    FileSystem files = folder.files;
    if (Location.exists(files, path)) {
      if (!files.getFileStatus(path).isDirectory()) {
        throw new FolderException(location + " exists and is not a folder");
      }
      boolean empty = files.listStatus(path).length == 0;
      if (!empty && !overwrite) {
        throw new FolderException(
            location
                + " exists and is not empty; --overwrite replaces it, --resume goes on with it");
      }
      if (!empty && !folder.isRun()) {
        throw new FolderException(
            location + " is not the output of a run: it has no events.jsonl; it is not replaced");
      }
      folder.checkFree();
    }
    checkParents(location, path, files);
    return folder;
  }

  /**
   * Whether there is nothing at a place yet but perhaps an empty folder.
   *
   * @throws ConfigurationException when it is no place for a folder
   */
  public static boolean isFree(String location, Configuration hadoop) throws IOException {
    Path path = path(location);
    FileSystem files = OutputFiles.fileSystem(path, hadoop);
    return !Location.exists(files, path)
        || (files.getFileStatus(path).isDirectory() && files.listStatus(path).length == 0);
  }

  /**
   * The folder of a run that is to go on.
   *
   * @throws FolderException when it is not a run's
   */
  public static RunFolder existing(String location, Configuration hadoop) throws IOException {
    Path path = path(location);
    RunFolder folder = new RunFolder(path, OutputFiles.fileSystem(path, hadoop));
    if (!Location.exists(folder.files, path))
      throw new FolderException(location + " does not exist");
    if (!folder.isRun() && !folder.hasStates())
      throw new FolderException(location + " is not the output of a run");
    Path events = folder.file(EVENTS);
    if (status(folder.files, events).filter(FileStatus::isDirectory).isPresent())
      throw new FolderException(events + " is a folder, and not the file of the run's events");
    return folder;
  }

  /**
   * Where a model is.
   *
   * @param folder of the model itself
   * @param ofRun whether a run left it in its own folder
   */
  public record ModelPlace(Path folder, boolean ofRun) {}

  /**
   * The model of a run that has ended, or one that stands alone.
   *
   * @param location the folder of the run or of the model
   * @throws DataException when there is neither; one line
   */
  public static ModelPlace model(String location, Configuration hadoop) throws IOException {
    Path folder = path(location);
    FileSystem files = Location.fileSystem(folder, hadoop);
    Path within = new Path(folder, MODEL);
    if (Location.exists(files, within)) return new ModelPlace(within, true);
    if (!Location.exists(files, folder))
      throw new DataException(location + ": there is no run and no model: no such folder");
    if (Location.exists(files, new Path(folder, EVENTS)))
      throw new DataException(location + ": the run has no model: it goes on, or it failed");
    return new ModelPlace(folder, false);
  }

  /** A run leaves its events, or when it died before the first, its lease and its configuration. */
  private boolean isRun() throws IOException {
    if (files.exists(file(EVENTS))) return true;
    for (FileStatus child : files.listStatus(folder)) {
      String name = child.getPath().getName();
      if (!name.equals(CONFIG) && !name.equals(CHECKPOINTS)) return false;
    }
    return hasLease();
  }

  /** Whether a run could go on whose events were deleted. */
  private boolean hasStates() throws IOException {
    return Location.exists(files, file(CONFIG)) && hasLease();
  }

  private boolean hasLease() throws IOException {
    return Location.exists(files, file(CHECKPOINTS))
        && Arrays.stream(files.listStatus(file(CHECKPOINTS)))
            .anyMatch(child -> Lease.isLease(child.getPath()));
  }

  private static Optional<FileStatus> status(FileSystem files, Path path) throws IOException {
    return Location.exists(files, path) ? Optional.of(files.getFileStatus(path)) : Optional.empty();
  }

  private void checkFree() throws IOException, InterruptedException {
    Optional<String> holder = Lease.holder(files, file(CHECKPOINTS), Lease.Times.USUAL);
    if (holder.isPresent()) throw inUse(holder.get());
  }

  private FolderException inUse(String holder) {
    return new FolderException(this + " is in use by " + holder);
  }

  /**
   * Takes the folder for this process.
   *
   * @throws FolderException when another run has it, or it cannot be written
   */
  Lease take() throws InterruptedException {
    boolean isNew = false;
    try {
      isNew = !Location.exists(files, folder);
      return Lease.take(files, file(CHECKPOINTS), Lease.Times.USUAL);
    } catch (Lease.HeldException e) {
      throw new FolderException(this + " is " + e.getMessage(), e);
    } catch (IOException e) {
      if (isNew) List.of(file(CHECKPOINTS), folder).forEach(this::removeEmpty);
      throw unwritable(e);
    }
  }

  private void removeEmpty(Path made) {
    try {
      boolean unused = files.delete(made, false);
    } catch (IOException e) {
      // It holds something, or the disk fails: then it stays.
    }
  }

  /** The checkpoints, as this process writes them. */
  CheckpointStore checkpoints(String writer) {
    Commit commit = Commit.suiting(files.getUri().getScheme());
    return new CheckpointStore(files, file(CHECKPOINTS), commit, writer, SavedRun::checkState);
  }

  /** What a summary says of the end. */
  private record Ended(String status) {}

  /** How the run ended, if it has. */
  public Optional<String> status() throws IOException {
    Optional<String> summary = text(SUMMARY);
    String place = file(SUMMARY).toString();
    return summary.map(
        text -> JsonFile.read(place, text.getBytes(StandardCharsets.UTF_8), Ended.class).status);
  }

  /** Whether the run has done all it was to do. */
  boolean isComplete() throws IOException {
    return status()
        .filter(Set.of("completed", "stopped-early", "target-reached")::contains)
        .isPresent();
  }

  /** The configuration as HOCON, if the run has come so far. */
  public Optional<String> config() throws IOException {
    return text(CONFIG);
  }

  /**
   * Reads the trained model.
   *
   * @throws io.kudari.data.DataException when it is damaged
   * @throws IOException also when there is none
   */
  public SavedModel model(Configuration hadoop) throws IOException {
    return ModelFolder.read(file(MODEL), hadoop);
  }

  /**
   * Tells what happened in the run, in order; lines that cannot be read are left out.
   *
   * @param listener told each event and when it was told
   */
  public void events(Configuration hadoop, Consumer<EventJson.Recorded> listener)
      throws IOException {
    RecordedEvents.ALL.replay(file(EVENTS), hadoop, listener);
  }

  private Optional<String> text(String name) throws IOException {
    if (!files.exists(file(name))) return Optional.empty();
    try (InputStream in = files.open(file(name))) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static void checkLength(String location, Path path) {
    try {
      Location.checkLength(path, LONGEST_FILE);
    } catch (IllegalArgumentException e) {
      throw new FolderException(location + " cannot be made: " + e.getMessage(), e);
    }
  }

  /**
   * Checks that a single file can be written, before the work that makes it.
   *
   * @param overwrite whether one of that name may be replaced
   * @throws FolderException when it cannot, or its file system cannot be used
   */
  public static void checkFile(String location, boolean overwrite, Configuration hadoop) {
    Path file = path(location);
    try {
      checkFile(location, file, overwrite, hadoop);
    } catch (IOException e) {
      throw new FolderException(e.getMessage(), e);
    }
  }

  private static void checkFile(String location, Path file, boolean overwrite, Configuration hadoop)
      throws IOException {
    FileSystem files = OutputFiles.fileSystem(file, hadoop);
    if (Location.exists(files, file)) {
      if (files.getFileStatus(file).isDirectory())
        throw new FolderException(location + " is a folder");
      if (Location.isSpecial(file))
        throw new FolderException(location + " is a pipe or a device, which is not replaced");
      if (!overwrite)
        throw new FolderException(location + " exists already; --overwrite replaces it");
    }
    checkParents(location, file, files);
  }

  /**
   * A folder in another place that has the name of this one. Nothing is made.
   *
   * @throws FolderException when it is within this one, or cannot be
   */
  Path ownIn(String place, Configuration hadoop) throws IOException {
    Path own = Location.child(path(place), folder.getName());
    for (Path above = own; above != null; above = above.getParent())
      if (above.equals(folder))
        throw new FolderException(place + " has no place apart from the run's own " + this);
    checkLength(place, own);
    FileSystem other = OutputFiles.fileSystem(own, hadoop);
    if (Location.exists(other, own) && !other.getFileStatus(own).isDirectory())
      throw new FolderException(Location.shown(own) + " exists and is not a folder");
    checkParents(place, own, other);
    return own;
  }

  /**
   * Checks that a single file is none of those that a run writes.
   *
   * @param folder of the run, which need not be there, or of a model
   * @throws FolderException when the one would replace the other
   */
  public static void checkApart(String location, String folder) {
    Path root = path(folder);
    Path file = path(location);
    if (file.equals(root)) throw new FolderException(location + " is the folder of the run");
    while (file.getParent() != null && !file.getParent().equals(root)) file = file.getParent();
    if (file.getParent() != null && isOwn(file.getName()))
      throw new FolderException(location + " is within the run's own " + file.getName());
  }

  private static boolean isOwn(String name) {
    return OWN.contains(name) || ModelFolder.isOwn(name);
  }

  /** The folder can't be made beneath a file. */
  private static void checkParents(String location, Path folder, FileSystem files)
      throws IOException {
    Path parent = folder.getParent();
    while (parent != null && !Location.exists(files, parent)) parent = parent.getParent();
    if (parent != null && !files.getFileStatus(parent).isDirectory()) {
      throw new FolderException(location + " cannot be made: " + parent + " is a file");
    }
  }

  /** Of a file, in bytes. */
  long length(String name) throws IOException {
    return files.getFileStatus(file(name)).getLen();
  }

  /** Empties the folder but for the lease, which this process must hold. */
  void create(String config) {
    try {
      for (FileStatus child : files.listStatus(folder)) {
        if (!child.getPath().getName().equals(CHECKPOINTS))
          OutputFiles.delete(files, child.getPath());
      }
      for (FileStatus child : files.listStatus(file(CHECKPOINTS)))
        if (!Lease.isLease(child.getPath())) OutputFiles.delete(files, child.getPath());
      OutputFiles.write(files, file(CONFIG), config.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Prepares the folder for a run that goes on: it has no end any more. */
  void reopen(String config) {
    try {
      if (status(files, file(MODEL)).filter(FileStatus::isFile).isPresent())
        throw new FolderException(file(MODEL) + " is a file, and would be lost to the model");
      List<String> foreign = ModelFolder.foreign(files, file(MODEL));
      if (!foreign.isEmpty())
        throw new FolderException(
            file(MODEL)
                + " holds "
                + String.join(", ", foreign)
                + ", which is no part of a model and would be lost");
      if (files.exists(file(SUMMARY))) OutputFiles.delete(files, file(SUMMARY));
      OutputFiles.write(files, file(CONFIG), config.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private FolderException unwritable(IOException e) {
    return new FolderException(this + " cannot be written: " + e.getMessage(), e);
  }

  /** A folder or URI of the command line; a relative one is within the working folder. */
  public static Path path(String location) {
    // A hint that names it would be more than one line, or a terminal's command.
    if (location.chars().anyMatch(Character::isISOControl))
      throw new ConfigurationException(
          "\""
              + DataException.oneLine(location)
              + "\" is not a usable path: it has control characters");
    try {
      return Location.path(location);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "\"" + location + "\" is not a usable path: " + e.getMessage(), e);
    }
  }

  /** The folder itself. */
  Path root() {
    return folder;
  }

  /** A file of the folder. */
  Path file(String name) {
    return new Path(folder, name);
  }

  /** Its location. */
  @Override
  public String toString() {
    return Location.shown(folder);
  }
}
