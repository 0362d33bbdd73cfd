package io.kudari.cli;

import io.kudari.lab.Change;
import io.kudari.lab.experiment.Experiments;
import io.kudari.lab.experiment.Scaling;
import io.kudari.math.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code --data} and {@code --set} of {@code kudari lab} change. */
final class LabChanges {

  private static final String IDX = "mnist-idx=";

  private LabChanges() {}

  /**
   * Reads both.
   *
   * @param run names of the experiments that are run
   * @throws CommandException when one is malformed or of no experiment that is run, or a file is
   *     not there
   */
  static List<Change> of(String data, List<String> set, List<String> run) {
    List<Change> changes = new ArrayList<>();
    if (data.startsWith(IDX)) {
      Path folder = Path.of(data.substring(IDX.length())).toAbsolutePath();
      changes.add(idx(data, "data.train", folder, "train"));
      changes.add(idx(data, "data.test", folder, "t10k"));
    } else if (!data.equals("digits")) {
      throw new CommandException(
          ExitCode.USAGE, "--data must be digits or mnist-idx=DIR, not " + data);
    }
    set.forEach(s -> changes.add(setting(s, run)));
    return changes;
  }

  private static Change idx(String data, String key, Path folder, String files) {
    Path images = file(data, folder, files + "-images-idx3-ubyte");
    Path labels = file(data, folder, files + "-labels-idx1-ubyte");
    String value =
        "{ format = idx, images = "
            + quoted(images)
            + ", labels = "
            + quoted(labels)
            + " } # SHA-256 "
            + hash(data, images)
            + " and "
            + hash(data, labels);
    return new Change("--data " + ShellWord.of(data), "", key, value, true);
  }

  /** A comment of the configuration: trials of other files under the same names are others. */
  private static String hash(String data, Path file) {
    try {
      return Fingerprint.sha256(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new CommandException(ExitCode.DATA, "--data " + data + ": " + e);
    }
  }

  private static Path file(String data, Path folder, String name) {
    for (String found : List.of(name, name + ".gz"))
      if (Files.isRegularFile(folder.resolve(found))) return folder.resolve(found);
    throw new CommandException(
        ExitCode.DATA, "--data " + data + ": there is no " + name + " or " + name + ".gz");
  }

  private static String quoted(Path file) {
    return '"' + file.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static Change setting(String text, List<String> run) {
    int dot = text.indexOf('.');
    int equals = text.indexOf('=');
    if (dot < 1 || equals < dot + 2 || equals == text.length() - 1)
      throw new CommandException(
          ExitCode.USAGE, "--set must be NAME.KEY=VALUE, with an experiment's name, not " + text);
    String name = text.substring(0, dot);
    if (!run.contains(name))
      throw new CommandException(ExitCode.USAGE, "--set " + text + ": " + whyNot(name));
    String key = text.substring(dot + 1, equals);
    if (key.equals("seed"))
      throw new CommandException(
          ExitCode.USAGE, "--set " + text + ": seeds are chosen by --first-seed and --seeds");
    return new Change("--set " + ShellWord.of(text), name, key, text.substring(equals + 1), false);
  }

  private static String whyNot(String name) {
    try {
      String known = name.equals(Scaling.NAME) ? name : Experiments.named(name).name();
      return known + " is not run";
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }
}
