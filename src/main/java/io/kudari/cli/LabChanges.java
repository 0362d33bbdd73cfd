package io.kudari.cli;

import io.kudari.lab.Change;
import io.kudari.lab.experiment.Experiments;
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
   * @throws CommandException when one is malformed, or a file is not there
   */
  static List<Change> of(String data, List<String> set) {
    List<Change> changes = new ArrayList<>();
    if (data.startsWith(IDX)) {
      Path folder = Path.of(data.substring(IDX.length())).toAbsolutePath();
      changes.add(idx(data, "data.train", folder, "train"));
      changes.add(idx(data, "data.test", folder, "t10k"));
    } else if (!data.equals("digits")) {
      throw new CommandException(
          ExitCode.USAGE, "--data must be digits or mnist-idx=DIR, not " + data);
    }
    set.forEach(s -> changes.add(setting(s)));
    return changes;
  }

  private static Change idx(String data, String key, Path folder, String files) {
    String value =
        "{ format = idx, images = "
            + quoted(file(data, folder, files + "-images-idx3-ubyte"))
            + ", labels = "
            + quoted(file(data, folder, files + "-labels-idx1-ubyte"))
            + " }";
    return new Change("--data " + ShellWord.of(data), "", key, value, true);
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

  private static Change setting(String text) {
    int dot = text.indexOf('.');
    int equals = text.indexOf('=');
    if (dot < 1 || equals < dot + 2 || equals == text.length() - 1)
      throw new CommandException(
          ExitCode.USAGE, "--set must be NAME.KEY=VALUE, with an experiment's name, not " + text);
    String name = text.substring(0, dot);
    try {
      var unused = Experiments.named(name);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--set " + text + ": " + e.getMessage());
    }
    String key = text.substring(dot + 1, equals);
    return new Change("--set " + ShellWord.of(text), name, key, text.substring(equals + 1), false);
  }
}
