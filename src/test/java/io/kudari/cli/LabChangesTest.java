package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.typesafe.config.ConfigFactory;
import io.kudari.lab.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabChangesTest {

  @TempDir Path folder;

  @BeforeEach
  void files() throws IOException {
    for (String part : List.of("train", "t10k"))
      for (String kind : List.of("images-idx3", "labels-idx1"))
        Files.writeString(folder.resolve(part + "-" + kind + "-ubyte"), part + kind);
  }

  private Change train() {
    return LabChanges.of("mnist-idx=" + folder, List.of(), List.of()).get(0);
  }

  /** Or a lab that goes on would tell results of the old files. */
  @Test
  void otherFilesUnderTheSameNamesAreOtherTrials() throws IOException {
    Change before = train();
    assertEquals(before, train());
    Files.writeString(folder.resolve("train-labels-idx1-ubyte"), "others");
    assertNotEquals(before.value(), train().value());
  }

  @Test
  void theHashIsNoSetting() {
    var data = ConfigFactory.parseString("train = " + train().value() + "\n").getConfig("train");
    assertEquals("idx", data.getString("format"));
    assertEquals(3, data.root().size());
  }
}
