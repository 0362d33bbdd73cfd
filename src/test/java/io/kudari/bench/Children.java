package io.kudari.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs the processes of a contender, all with one native thread and the same OpenBLAS kernels.
 * Those that say {@code ready} are given the start when all have.
 */
final class Children implements AutoCloseable {

  private static final String READY = "ready";
  private static final int PATIENCE_MINUTES = 5;

  /** A process ended with an error, or was stopped because it took too long. */
  static final class FailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    FailedException(String message) {
      super(message);
    }
  }

  private final String coreType;
  private final File errors;
  private boolean closed;

  /**
   * A way to run processes.
   *
   * @param coreType OpenBLAS's name of the processor, or empty for its own choice
   * @param errors what the processes write to standard error is appended here
   */
  Children(String coreType, File errors) {
    this.coreType = coreType;
    this.errors = errors;
  }

  /**
   * Runs them all and returns the last line that each of them prints.
   *
   * @throws FailedException when one of them fails
   * @throws InterruptedException also when this is closed meanwhile
   */
  List<String> run(Contender contender) throws IOException, InterruptedException {
    List<Process> processes = new ArrayList<>();
    try {
      for (List<String> command : contender.commands()) {
        processes.add(start(command, contender.environment()));
      }
      return lastLines(contender, processes);
    } finally {
      processes.forEach(Children::end);
    }
  }

  private List<String> lastLines(Contender contender, List<Process> processes)
      throws IOException, InterruptedException {
    List<BufferedReader> outputs = new ArrayList<>();
    List<String> last = new ArrayList<>();
    for (Process process : processes) {
      BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
      outputs.add(output);
      last.add(lastLine(output, ""));
    }
    for (int p = 0; p < processes.size(); p++) {
      if (last.get(p).equals(READY)) {
        processes.get(p).getOutputStream().write('\n');
        processes.get(p).getOutputStream().flush();
      }
    }
    for (int p = 0; p < processes.size(); p++) {
      String line = lastLine(outputs.get(p), last.get(p));
      if (processes.get(p).waitFor() != 0) {
        check();
        throw new FailedException(
            contender.name() + " failed; its last line was '" + line + "'; see " + errors);
      }
      last.set(p, line);
    }
    return last;
  }

  /** Reads up to the end or to {@link #READY}. */
  private static String lastLine(BufferedReader output, String before) throws IOException {
    String last = before;
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      last = line;
      if (line.equals(READY)) return line;
    }
    return last;
  }

  private synchronized Process start(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    check();
    ProcessBuilder child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(errors));
    Map<String, String> own = child.environment();
    own.keySet().removeIf(name -> name.startsWith("OPENBLAS_"));
    if (!coreType.isEmpty()) own.put("OPENBLAS_CORETYPE", coreType);
    own.put("OMP_NUM_THREADS", "1");
    own.put("OPENBLAS_NUM_THREADS", "1");
    own.putAll(environment);
    Process process = child.start();
    CompletableFuture.delayedExecutor(PATIENCE_MINUTES, TimeUnit.MINUTES)
        .execute(() -> end(process));
    return process;
  }

  private synchronized void check() throws InterruptedException {
    if (closed) throw new InterruptedException("the benchmark was ended");
  }

  /** Kills a process and those that it has started, such as those of a cluster. */
  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Kills all processes; none can be started any more. To be called by any thread. */
  @Override
  public synchronized void close() {
    closed = true;
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
  }
}
