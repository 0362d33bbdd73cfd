package io.kudari.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A standalone Spark cluster of processes of their own, on free ports, usually of 127.0.0.1. */
public final class TestCluster implements AutoCloseable {

  /** The binary version that Spark is made for, such as 2.12. */
  static final String SCALA =
      scala.util.Properties$.MODULE$.versionNumberString().replaceFirst("\\.\\d+$", "");

  private static final Pattern URL = Pattern.compile("spark://\\d+\\.\\d+\\.\\d+\\.\\d+:\\d+");

  /** The master's. */
  public final String url;

  private final Path folder;
  private final Map<String, String> settings;
  private final Machines machines;
  private final List<Process> processes = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();

  /** A process that has ended. */
  record Ended(int code, String errors) {
    /** The lines that are Kudari's own and not Spark's log. */
    List<String> messages() {
      // Spark's log goes to the same file and may have left its line open.
      return errors
          .lines()
          .filter(l -> l.contains("kudari: "))
          .map(l -> l.substring(l.indexOf("kudari: ")))
          .toList();
    }
  }

  /** A command that runs. */
  record Running(Process process, Path log) {
    Ended await(int seconds) throws Exception {
      if (!process.waitFor(seconds, TimeUnit.SECONDS))
        throw new AssertionError("the command still runs: " + Files.readString(log));
      return new Ended(process.exitValue(), Files.readString(log));
    }
  }

  /**
   * Starts a master and workers of one core.
   *
   * @param folder empty, for logs and what workers write
   * @param settings of Spark, for all processes and commands
   */
  public TestCluster(Path folder, int workers, Map<String, String> settings) throws Exception {
    this(folder, workers, settings, Machines.ONE);
  }

  /**
   * As the other.
   *
   * @param machines where the workers are; not closed
   */
  TestCluster(Path folder, int workers, Map<String, String> settings, Machines machines)
      throws Exception {
    this.folder = folder;
    this.settings = settings;
    this.machines = machines;
    Path jars = Files.createDirectories(folder.resolve("spark/jars"));
    int n = 0;
    for (Path entry : classPath()) {
      if (Files.isRegularFile(entry)) {
        Files.createSymbolicLink(jars.resolve(n++ + "-" + entry.getFileName()), entry);
      }
    }
    try {
      daemon("master", "master.Master", machines.host(), List.of(), Map.of());
      this.url = await(this::masterUrl, "the master");
      for (int w = 0; w < workers; w++) startWorker();
      for (Worker worker : List.copyOf(this.workers)) worker.await();
    } catch (Exception | AssertionError e) {
      close();
      throw e;
    }
  }

  /**
   * A worker.
   *
   * @param number from 0: where it is, see {@link Machines}
   */
  public record Worker(int number, Process process, Path log) {
    /** Waits until the master knows it. */
    public void await() throws InterruptedException {
      Path known =
          TestCluster.await(
              () -> read(log).contains("Successfully registered with master") ? log : null,
              log.toString());
      assert known != null;
    }
  }

  /** Adds a worker of one core, which need not have registered yet. */
  Worker startWorker() throws IOException {
    return startWorker(1);
  }

  /** Adds a worker, which need not have registered yet. */
  public Worker startWorker(int cores) throws IOException {
    int number = workers.size();
    String name = "worker-" + number;
    String host = machines.host(number);
    List<String> prefix = machines.prefix(number);
    Map<String, String> environment = machines.environment(number);
    String main = "worker.Worker";
    String count = String.valueOf(cores);
    Process process = daemon(name, main, host, prefix, environment, "--cores", count, url);
    Worker worker = new Worker(number, process, log(name));
    workers.add(worker);
    return worker;
  }

  /** The workers that live. */
  List<Worker> workers() {
    return workers.stream().filter(w -> w.process().isAlive()).toList();
  }

  private static List<Path> classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(all.split(File.pathSeparator)).map(Path::of).toList();
  }

  /** Folders of compiled classes: executors need them beside Spark's jars. */
  public static String classes() {
    return String.join(
        File.pathSeparator,
        classPath().stream().filter(Files::isDirectory).map(Path::toString).toList());
  }

  private String masterUrl() {
    String log = read(log("master"));
    Matcher found = URL.matcher(log);
    return log.contains("I have been elected leader") && found.find() ? found.group() : null;
  }

  private Process daemon(
      String name,
      String main,
      String host,
      List<String> prefix,
      Map<String, String> environment,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(java(256));
    settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(List.of("-cp", folder.resolve("spark/jars") + "/*"));
    command.add("org.apache.spark.deploy." + main);
    command.addAll(List.of("--host", host, "--port", "0", "--webui-port", "0"));
    if (arguments.length > 0) command.addAll(List.of("--memory", "1g"));
    command.addAll(List.of(arguments));
    Map<String, String> all = new HashMap<>(environment);
    all.putIfAbsent("JDK_JAVA_OPTIONS", ChildJava.BRIEF); // executors inherit it
    Process process = start(command, host, all, log(name));
    processes.add(process);
    return process;
  }

  private static List<String> java(int megabytes) {
    List<String> command = ChildJava.command();
    command.add("-Xmx" + megabytes + "m");
    return command;
  }

  private Process start(List<String> command, String host, Map<String, String> more, Path log)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("SPARK_HOME", folder.resolve("spark").toString());
    environment.put("SPARK_SCALA_VERSION", SCALA);
    environment.put("SPARK_LOCAL_IP", host);
    environment.put("SPARK_WORKER_DIR", folder.resolve("work").toString());
    environment.putAll(more);
    return builder.start();
  }

  /** Starts the command kudari in a process of its own, with this cluster as its master. */
  Running kudari(String name, String... arguments) throws IOException {
    return kudari(name, List.of(), arguments);
  }

  /**
   * As the other.
   *
   * @param options of its Java
   * @param arguments the command's name first; their {@code --conf} win
   */
  Running kudari(String name, List<String> options, String... arguments) throws IOException {
    List<String> command = java(512);
    command.addAll(options);
    command.add("-Dlog4j2.configurationFile=" + Path.of("conf/log4j2.properties").toAbsolutePath());
    command.addAll(List.of("-cp", classes() + File.pathSeparator + folder.resolve("spark/jars/*")));
    command.add("io.kudari.cli.Main");
    command.add(arguments[0]);
    command.addAll(List.of("--master", url));
    settings.forEach((key, value) -> command.addAll(List.of("--conf", key + "=" + value)));
    command.addAll(List.of("--conf", "spark.executor.memory=1g"));
    command.addAll(List.of("--conf", "spark.executor.extraClassPath=" + classes()));
    command.addAll(List.of(arguments).subList(1, arguments.length));
    Process process = start(command, machines.host(), Map.of(), log(name));
    processes.add(process);
    return new Running(process, log(name));
  }

  /** Where the workers are. */
  Machines machines() {
    return machines;
  }

  /** The executors of a worker that live. */
  static List<ProcessHandle> executors(Worker worker) {
    return executors(worker.process().descendants()).toList();
  }

  private static Stream<ProcessHandle> executors(Stream<ProcessHandle> among) {
    return among.filter(p -> p.info().commandLine().orElse("").contains("ExecutorBackend"));
  }

  /** The executors that live. */
  public List<ProcessHandle> executors() {
    return executors(processes.stream().flatMap(Process::descendants)).toList();
  }

  /** Waits, for at most three minutes of a busy machine, until there is a value. */
  public static <T> T await(Supplier<T> value, String what) throws InterruptedException {
    long start = System.nanoTime();
    T found = value.get();
    while (found == null) {
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(180))
        throw new AssertionError("waited in vain for " + what);
      TimeUnit.MILLISECONDS.sleep(50);
      found = value.get();
    }
    return found;
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }

  public static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Ends everything for sure. */
  @Override
  public void close() throws InterruptedException {
    List<ProcessHandle> all = new ArrayList<>();
    for (Process p : processes) {
      p.descendants().forEach(all::add);
      all.add(p.toHandle());
    }
    all.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle p : all) await(() -> p.isAlive() ? null : p, "the end of " + p.pid());
  }
}
