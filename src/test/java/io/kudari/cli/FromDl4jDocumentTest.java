package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.optim.OptimizerSpec;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/from-dl4j.md. */
class FromDl4jDocumentTest {

  private static final Path DOCUMENT = Path.of("docs/from-dl4j.md");

  private static final String COMMAND = "KUDARI_DL4J=1 scripts/kudari compare dl4j ";

  @TempDir Path dir;

  @Slow
  @Test
  void theConfigurationIsComparedByTheCommandAsItStandsThere() throws Exception {
    String page = Files.readString(DOCUMENT);
    Matcher block = Pattern.compile("```hocon\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertTrue(block.find(), "it shows a configuration");
    Files.writeString(dir.resolve("averaging.conf"), block.group(1));
    String line =
        page.lines().map(String::strip).filter(l -> l.startsWith(COMMAND)).findFirst().orElse("");
    List<String> arguments = new ArrayList<>(List.of("compare", "dl4j"));
    for (String word : line.substring(COMMAND.length()).split(" "))
      arguments.add(word.startsWith("--") ? word : dir.resolve(word).toString());
    StringWriter errors = new StringWriter();
    int code = Main.run(arguments.toArray(String[]::new), new PrintWriter(errors, true));
    assertEquals(0, code, errors.toString());
    for (String left : List.of("comparison.md", "kudari/summary.json", "dl4j/summary.json"))
      assertTrue(Files.exists(dir.resolve("out/averaging").resolve(left)), left);
    String table = Files.readString(dir.resolve("out/averaging/comparison.md"));
    assertTrue(table.contains("averages parameters every 8 batches"), table);
  }

  @Test
  void updatersHaveRecipesOfThatName() throws Exception {
    String table = Files.readString(DOCUMENT).split("## Updaters")[1].split("`l1`")[0];
    List<String> rows = table.lines().filter(row -> row.startsWith("| `")).toList();
    assertFalse(rows.isEmpty());
    for (String row : rows)
      for (String name : row.split(" \\| ")[1].split(", "))
        if (!name.equals("–"))
          assertTrue(OptimizerSpec.names().contains(name.replace("`", "")), row);
  }
}
