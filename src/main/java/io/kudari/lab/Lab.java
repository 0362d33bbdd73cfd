package io.kudari.lab;

import io.kudari.config.ConfigurationException;
import io.kudari.engine.processor.Processor;
import io.kudari.run.Build;
import io.kudari.run.TrialRunner;
import io.kudari.run.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Runs experiments one after the other and leaves a folder: {@code trials.jsonl}, the results of
 * trials as they come, and after each experiment {@code lab.json} and {@code lab.html}, whole, and
 * its figures in {@code figures}. What is in the folder is not trained again.
 */
public final class Lab {

  /** The record's name in the folder. */
  public static final String RECORD = "lab.json";

  /** The page's name in the folder. */
  public static final String PAGE = "lab.html";

  /** The folder of figures within it: {@code NAME-1.svg} and so on. */
  public static final String FIGURES = "figures";

  private static final double SECOND = 1e9;

  private final Path folder;
  private final Scope scope;
  private final List<Change> changes;
  private final LabListener listener;

  /**
   * A lab that has done nothing.
   *
   * @param folder a local one, made when it is not there
   */
  public Lab(Path folder, Scope scope, LabListener listener) {
    this(folder, scope, List.of(), listener);
  }

  /**
   * A lab with other settings or data. Where they change a trial, nothing of its experiment is
   * judged.
   *
   * @param changes in the order in which they are made
   */
  public Lab(Path folder, Scope scope, List<Change> changes, LabListener listener) {
    this.folder = folder;
    this.scope = scope;
    this.changes = List.copyOf(changes);
    this.listener = listener;
  }

  /**
   * Runs experiments.
   *
   * @param runner trains; whoever made it closes it
   * @return what {@code lab.json} holds
   * @throws IOException when the folder cannot be written
   * @throws io.kudari.data.DataException when its trials are damaged or in use
   * @throws ConfigurationException when a change is of an experiment that trains nothing, and
   *     nothing is written; or when a trial is refused
   * @throws java.util.concurrent.CancellationException when the runner was asked to stop
   */
  public LabRecord run(List<Experiment> experiments, TrialRunner runner)
      throws IOException, InterruptedException {
    for (Experiment e : experiments) if (e instanceof Computed) requireNoSettings(e);
    Files.createDirectories(folder);
    List<LabRecord.Entry> entries = new ArrayList<>();
    try (TrialStore store = TrialStore.open(folder, Build.name())) {
      StoredBench bench = new StoredBench(runner, store, listener);
      for (Experiment experiment : experiments) {
        runner.requireGoingOn();
        listener.began(experiment);
        bench.begin(changes(experiment));
        long start = System.nanoTime();
        Findings measured = experiment.measure(scope, bench);
        requireVerdicts(experiment, measured);
        Findings findings = bench.isChanged() ? measured.unjudged() : measured;
        double seconds = (System.nanoTime() - start) / SECOND;
        LabRecord.Entry entry = entry(experiment, seconds, findings);
        entries.add(entry);
        write(record(entries));
        draw(entry);
        listener.ended(entry);
      }
    } catch (StoredBench.UnkeptException e) {
      throw e.getCause();
    }
    return record(entries);
  }

  private static void requireVerdicts(Experiment experiment, Findings findings) {
    List<Claim> judged = findings.verdicts().stream().map(Verdict::claim).toList();
    if (!judged.equals(experiment.claims()))
      throw new IllegalStateException(
          experiment.name() + " judges " + judged + " but claims " + experiment.claims());
  }

  /** Who sets something would take the same numbers for others. */
  private void requireNoSettings(Experiment computed) {
    for (Change change : changes)
      if (change.experiment().equals(computed.name()))
        throw new ConfigurationException(
            change.option() + ": " + computed.name() + " trains nothing that has settings");
  }

  private LabRecord record(List<LabRecord.Entry> entries) {
    return new LabRecord(Version.current(), scope, Processor.current().model(), entries);
  }

  private LabRecord.Entry entry(Experiment of, double seconds, Findings findings) {
    return new LabRecord.Entry(
        of.name(),
        of.section(),
        of.question(),
        of.setup() + changed(of),
        command(of),
        of.isTimed(),
        seconds,
        findings);
  }

  private List<Change> changes(Experiment of) {
    return changes.stream().filter(c -> c.isOf(of.name())).toList();
  }

  /** What the set-up does not know of. */
  private String changed(Experiment of) {
    String options = options(of);
    return options.isEmpty() ? "" : " Changed by" + options + ".";
  }

  private String options(Experiment of) {
    return changes(of).stream()
        .map(Change::option)
        .distinct()
        .map(o -> " " + o)
        .collect(Collectors.joining());
  }

  private String command(Experiment experiment) {
    StringBuilder text = new StringBuilder("scripts/kudari lab run " + experiment.command());
    if (scope.quick()) text.append(" --quick");
    if (scope.seeds() > 0) text.append(" --seeds " + scope.seeds());
    if (scope.firstSeed() != 1) text.append(" --first-seed " + scope.firstSeed());
    return text + options(experiment);
  }

  private void write(LabRecord found) throws IOException {
    write(RECORD, LabJson.record(found));
    write(PAGE, LabPage.of(found));
  }

  private void draw(LabRecord.Entry entry) throws IOException {
    Path figures = Files.createDirectories(folder.resolve(FIGURES));
    // of another time, when it may have had more
    String numbered = entry.name() + "-[0-9]*.svg";
    try (DirectoryStream<Path> old = Files.newDirectoryStream(figures, numbered)) {
      for (Path file : old) Files.delete(file);
    }
    int number = 0;
    for (Figure figure : entry.findings().figures())
      write(FIGURES + "/" + entry.name() + "-" + ++number + ".svg", FigureFile.of(figure));
  }

  /** So that a reader never sees half of a file. */
  private void write(String name, String text) throws IOException {
    Path temporary = folder.resolve(name + ".tmp");
    Files.write(temporary, text.getBytes(StandardCharsets.UTF_8));
    Files.move(
        temporary,
        folder.resolve(name),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }
}
