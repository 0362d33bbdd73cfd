package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.data.digits.DigitsSource;
import io.kudari.data.format.IdxSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaintedPartsTest {

  /** More parts than are made at once, and a last one that is shorter. */
  private static final int COUNT = 20_011;

  @TempDir private Path dir;

  @Test
  void filesWrittenInPartsHoldTheDigitsInTheirOrder() throws IOException {
    Said written =
        Said.run("data", "digits", dir.toString(), "--examples", String.valueOf(COUNT), "--seed=3");
    assertEquals(0, written.code(), written.printed());
    String images = dir.resolve("images-idx3-ubyte.gz").toString();
    String labels = dir.resolve("labels-idx1-ubyte.gz").toString();
    Examples read =
        new IdxSource(images, labels, 0)
            .load(new Configuration(), Schema.UNKNOWN, IntStream.range(0, COUNT).toArray());
    Examples made = new DigitsSource(COUNT, 3).make(0, COUNT);
    assertEquals(COUNT, read.count());
    assertArrayEquals(made.labels(), read.labels());
    assertArrayEquals(made.bytes(), read.bytes());
  }

  @Test
  void partsOfASetAreMadeAFewAtATime() {
    PaintedParts parts = new PaintedParts(new DigitsSource(Integer.MAX_VALUE, 1));
    int count = parts.next().count();
    assertEquals(1 << 12, count);
  }
}
