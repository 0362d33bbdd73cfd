package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.data.Schema;
import io.kudari.data.format.CsvSource;
import io.kudari.model.Shape;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class NewDataTest {

  @Command
  private static final class Options {
    @Mixin private NewData data;
  }

  private static boolean header(List<String> features) throws Exception {
    Options options = new Options();
    CommandLine.ParseResult unused = new CommandLine(options).parseArgs("--input", "rows.csv");
    Schema schema = new Schema(Shape.flat(2), 2, 0, List.of("a", "b"), features, List.of("y"));
    return ((CsvSource) options.data.source(schema, new Configuration())).header();
  }

  @Test
  void aModelOfVectorsOrWithoutNamesReadsEveryLineAsAnExample() throws Exception {
    assertEquals(true, header(List.of("width", "height")));
    assertEquals(false, header(List.of("features")));
    assertEquals(false, header(List.of()));
  }
}
