package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files may have any name that their file system takes, also one that looks like a URI. */
@Slow
class OddNamesTest {

  private static final List<String> NAMES =
      List.of("a:b", "c:\\x", ".d:e?f*[1]", "g h#i%20", "ü{j}");

  @TempDir Path dir;

  @Test
  void everyFileAndFolderOfARunMayHaveAnOddName() throws Exception {
    for (String name : NAMES) {
      Path home = Files.createDirectories(dir.resolve(name));
      Files.writeString(home.resolve(name + ".csv"), BadInputs.TABLE);
      String quoted = "\"" + name.replace("\\", "\\\\") + ".csv\"";
      Path config = home.resolve(name + ".conf");
      Files.writeString(config, BadInputs.CONFIG.replace("x.csv", quoted));
      String out = home.resolve(name).toString();
      ok("train", config.toString(), "--out", out, "--export-dl4j", out + ".zip");
      ok("train", "--resume", out, "--set", "train.epochs=3");
      String test = "data.test=${data.train}";
      ok("evaluate", out, "--config", config.toString(), "--set", test);
      ok("predict", out, "--config", config.toString(), "--set", test, "-o", out + ".p");
      assertEquals(61, Files.readAllLines(Path.of(out + ".p")).size());
      ok("data", "digits", out + ".digits", "--examples", "20");
      ok("data", "digits", out + ".digits", "--examples", "30", "--overwrite");
      assertTrue(Files.exists(Path.of(out + ".zip")));
    }
  }

  @Test
  void imagesMayHaveOddNames() throws Exception {
    for (String name : NAMES) {
      Path folder = Files.createDirectories(dir.resolve("pictures").resolve("k" + name));
      BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
      assertTrue(ImageIO.write(image, "png", folder.resolve("k" + name + ".png").toFile()));
    }
    Path config = dir.resolve("t.conf");
    Files.writeString(config, "data.train { format = images, folder = pictures }");
    ok("data", "inspect", config.toString());
  }

  private static void ok(String... args) {
    assertEquals(new BadInputTest.Outcome(0, ""), BadInputTest.run(List.of(args)));
  }
}
