package io.kudari.fuzz;

import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.management.ThreadMXBean;
import io.kudari.config.ConfigurationException;
import io.kudari.data.DataException;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Has changed files read, case after case, and finds those whose reading ends in another way than
 * with what the files say or with one line of the project's own: a trace, a wait without end, a
 * lie, or more memory than 64 MiB and the files' size.
 *
 * <p>Case k changes one file of format k modulo their number; what it changes depends on the seed
 * and k only. Memory is all that the reading thread allocates on the heap, freed or not.
 */
final class Fuzzer implements AutoCloseable {

  static final Duration BOUND = Duration.ofSeconds(10);
  static final long MEMORY = 64L << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final List<Format> formats;
  private final Path root;
  private final Duration bound;
  private final Map<String, Figures> figures = new TreeMap<>();
  private Path folder;
  private int hangs;
  private final ExecutorService readers = Executors.newCachedThreadPool(Fuzzer::daemon);

  /** How the cases of one format ended. */
  private static final class Figures {
    private int accepted;
    private int refused;
    private long memory;
    private long nanos;
  }

  /** How a reading ended: an error, or null; and what it took. */
  private record End(Throwable error, long memory, long nanos) {}

  /**
   * Nothing is read yet.
   *
   * @param folder where files are written, one case's at a time
   * @param bound longest time of a reading on a processor; six times as long where others have it
   */
  Fuzzer(List<Format> formats, Path folder, Duration bound) {
    this.formats = formats;
    this.root = folder;
    this.folder = folder.resolve("0");
    this.bound = bound;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "fuzz");
    thread.setDaemon(true);
    return thread;
  }

  /** Reads the valid files, twice: classes are loaded once. */
  void warmUp() throws Exception {
    for (Format format : formats) {
      for (int i = 0; i < 2; i++) {
        End end = read(format, format.files());
        if (end.error() != null) throw new AssertionError(format.name() + ": valid", end.error());
      }
    }
  }

  /**
   * Reads cases.
   *
   * @return what is wrong, by case; empty when nothing is
   */
  List<String> run(long seed, int first, int runs) throws Exception {
    List<String> found = new ArrayList<>();
    for (int k = first; k < first + runs; k++) {
      Format format = formats.get(k % formats.size());
      RandomStream random = new RandomStream(seed, Purpose.TEST, k, 0);
      Map<String, byte[]> files = new TreeMap<>(format.files());
      List<String> names = List.copyOf(files.keySet());
      String changed = names.get(random.below(names.size()));
      Mutation mutation = Mutation.of(files.get(changed), random);
      files.put(changed, mutation.bytes());
      End end = read(format, format.forge().apply(files));
      String wrong = wrong(format, files, end);
      if (wrong != null)
        found.add(
            "seed %d, case %d, %s, %s (%s), %s: %s"
                .formatted(
                    seed, k, format.name(), changed, mutation.what(), shown(mutation), wrong));
    }
    return found;
  }

  /** The start of a changed file, as far as it is text. */
  private static String shown(Mutation mutation) {
    String text = new String(mutation.bytes(), StandardCharsets.ISO_8859_1);
    return TextNode.valueOf(text.substring(0, Math.min(200, text.length()))).toString();
  }

  private String wrong(Format format, Map<String, byte[]> files, End end) {
    Figures sums = figures.computeIfAbsent(format.name(), n -> new Figures());
    if (end.error() == null) sums.accepted++;
    else sums.refused++;
    sums.memory = Math.max(sums.memory, end.memory());
    sums.nanos = Math.max(sums.nanos, end.nanos());
    if (end.error() != null && !isRefusal(end.error())) return trace(end.error());
    long size = files.values().stream().mapToLong(f -> f.length).sum();
    if (end.nanos() > bound.toNanos()) return "took " + end.nanos() / 1_000_000 + " ms";
    return end.memory() > MEMORY + size ? "took " + end.memory() + " bytes of memory" : null;
  }

  /** One line by an exception of the project's own. */
  private static boolean isRefusal(Throwable e) {
    boolean own = e instanceof DataException || e instanceof ConfigurationException;
    String line = e.getMessage();
    return own
        && line != null
        && !line.isBlank()
        && line.chars().noneMatch(Character::isISOControl);
  }

  private static String trace(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private End read(Format format, Map<String, byte[]> files) throws Exception {
    clear();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    Thread[] reader = {null};
    Future<End> reading =
        readers.submit(
            () -> {
              reader[0] = Thread.currentThread();
              return timed(format, files);
            });
    try {
      return reading.get(bound.multipliedBy(6).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      AssertionError hang = new AssertionError("no end within " + bound.multipliedBy(6));
      if (reader[0] != null) hang.setStackTrace(reader[0].getStackTrace());
      // It may still be at it.
      folder = root.resolve(String.valueOf(++hangs));
      return new End(hang, 0, bound.toNanos());
    } catch (ExecutionException e) {
      return new End(e.getCause(), 0, 0);
    }
  }

  private End timed(Format format, Map<String, byte[]> files) {
    Throwable error = null;
    long start = THREADS.getCurrentThreadCpuTime();
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    try {
      format.reader().read(folder, files);
    } catch (Throwable e) {
      error = e;
    }
    long memory = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    return new End(error, memory, THREADS.getCurrentThreadCpuTime() - start);
  }

  private void clear() throws IOException {
    if (!Files.exists(folder)) return;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList())
        if (!path.equals(folder)) Files.delete(path);
    }
  }

  /** One line a format. */
  List<String> summary() {
    return figures.entrySet().stream()
        .map(
            f ->
                "%s: %d changed files, %d accepted, %d refused; at most %.1f MB, %d ms"
                    .formatted(
                        f.getKey(),
                        f.getValue().accepted + f.getValue().refused,
                        f.getValue().accepted,
                        f.getValue().refused,
                        f.getValue().memory / 1e6,
                        f.getValue().nanos / 1_000_000))
        .toList();
  }

  @Override
  public void close() {
    List<Runnable> unused = readers.shutdownNow();
  }
}
