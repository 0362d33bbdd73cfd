package io.kudari.cli;

import io.kudari.data.Examples;
import io.kudari.data.digits.DigitsSource;
import io.kudari.data.format.IdxWriter;
import io.kudari.run.RunFolder;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kudari data}. */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    subcommands = {InspectCommand.class, ConvertCommand.class},
    description =
        "Writes the built-in digits as IDX files, shows what a data set holds, or writes it as"
            + " Parquet.")
final class DataCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: data digits, data inspect or data convert");
  }

  @Command(
      name = "digits",
      mixinStandardHelpOptions = true,
      description = "Writes the built-in handwritten-looking digits as gzipped IDX files.")
  int digits(
      @Parameters(paramLabel = "DIR", description = "Folder or URI to write to.") String folder,
      @Option(
              names = "--examples",
              paramLabel = "N",
              defaultValue = "10000",
              description = "How many images (default: ${DEFAULT-VALUE}).")
          int examples,
      @Option(
              names = "--seed",
              defaultValue = "1",
              description = "Names the set (default: ${DEFAULT-VALUE}).")
          long seed,
      @Option(names = "--overwrite", description = "Replace files that exist.") boolean overwrite,
      @Mixin SparkOptions spark)
      throws IOException {
    if (examples < 1)
      throw new CommandException(ExitCode.USAGE, "--examples must be at least 1, not " + examples);
    Path unused = RunFolder.path(folder);
    Configuration hadoop = spark.hadoop();
    String images = folder + "/images-idx3-ubyte.gz";
    String labels = folder + "/labels-idx1-ubyte.gz";
    for (String file : List.of(images, labels)) {
      RunFolder.checkFile(file, overwrite, hadoop);
    }
    Iterator<Examples> parts = new PaintedParts(new DigitsSource(examples, seed));
    try {
      IdxWriter.write(hadoop, examples, parts, images, labels, overwrite);
    } catch (IOException e) {
      throw new CommandException(ExitCode.OUTPUT, e.getMessage(), e);
    }
    System.out.println(
        "wrote " + examples + " images to " + images + " and their labels to " + labels);
    return ExitCode.OK.code;
  }
}
