package io.kudari;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A browser without a window.
 *
 * @param program to start
 */
public record Browser(Path program) {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "chrome-headless-shell", "google-chrome");

  /** The one that is there, if any is. */
  public static Optional<Browser> find() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(dir -> NAMES.stream().map(name -> Path.of(dir, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Browser::new);
  }

  /**
   * What it makes of a page: in frames of 1280 and 390 pixels, for its windows cannot be so narrow.
   *
   * @param part selects what is looked at
   * @param scratch a folder for its files
   * @return for each frame its width, how many texts there are, what is too small or too wide, and
   *     cells of tables that break their text for being too narrow
   */
  public JsonNode measured(String page, String part, Path scratch) throws Exception {
    String script = Files.readString(Path.of("src/test/resources/io/kudari/lab/measuring.html"));
    String escaped = page.replace("&", "&amp;").replace("\"", "&quot;");
    Path measuring = scratch.resolve("measuring.html");
    Files.writeString(measuring, script.replace("THE_PAGE", escaped).replace("THE_PART", part));
    Path out = scratch.resolve("out.html");
    Path errors = scratch.resolve("errors");
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + scratch.resolve("browser"),
                "--window-size=1400,1000",
                "--virtual-time-budget=10000",
                "--dump-dom",
                measuring.toUri().toString())
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS))
        throw new IOException("the browser does not end: " + Files.readString(errors));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    Matcher told =
        Pattern.compile("<pre id=\"told\">(.*?)</pre>", Pattern.DOTALL)
            .matcher(Files.readString(out, StandardCharsets.UTF_8));
    if (!told.find()) throw new IOException("it told nothing: " + Files.readString(errors));
    return new ObjectMapper()
        .readTree(told.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
  }
}
