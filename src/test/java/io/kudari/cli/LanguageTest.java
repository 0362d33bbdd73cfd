package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The language that Java is set to is nothing that files depend on. */
@Slow
class LanguageTest {

  @TempDir Path dir;

  /** Java writes numbers in the digits of a language unless told otherwise. */
  @Test
  void aRunOfALanguageWithOtherDigitsGoesOnInAnyOther() throws Exception {
    BadInputs inputs = new BadInputs(dir);
    inputs.run("--set", "train.epochs=3");
    List<String> egypt = List.of("-Duser.language=ar", "-Duser.country=EG");
    String other = inputs.path("other");
    List<String> train = List.of("train", inputs.path("t.conf"), "--out", other);
    CommandProcess first = CommandProcess.run(dir, egypt, Map.of(), train);
    assertEquals(0, first.code(), first.said());
    BadInputTest.Outcome resumed =
        BadInputTest.run(List.of("train", "--resume", other, "--set", "train.epochs=3"));
    assertEquals(new BadInputTest.Outcome(0, ""), resumed);
    assertArrayEquals(parameters("out"), parameters("other"));
  }

  /** Others write a comma before decimals. */
  @Test
  void figuresAreShownWithAPointInEveryLanguage() throws Exception {
    BadInputs inputs = new BadInputs(dir);
    inputs.run("--set", "train.epochs=1");
    String test = "data.test={ format = csv, label = y, file = \"" + inputs.path("x.csv") + "\" }";
    for (List<String> command :
        List.of(
            List.of("evaluate", inputs.path("out"), "--set", test),
            List.of("data", "inspect", inputs.path("t.conf")))) {
      CommandProcess german =
          CommandProcess.run(dir, List.of("-Duser.language=de"), Map.of(), command);
      assertEquals(0, german.code(), german.said());
      assertTrue(german.said().matches("(?s).*[0-9]\\.[0-9].*"), german.said());
      assertFalse(german.said().matches("(?s).*[0-9],[0-9].*"), german.said());
    }
  }

  private byte[] parameters(String run) throws Exception {
    return Files.readAllBytes(dir.resolve(run).resolve("model/parameters.f32"));
  }
}
