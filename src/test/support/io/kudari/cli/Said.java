package io.kudari.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * A command that has run in this process.
 *
 * @param code that it ended with
 * @param out what it wrote to standard output
 * @param printed what it wrote to the stream of errors that it was given
 * @param logged what came to standard error, also from libraries
 */
record Said(int code, String out, String printed, String logged) {

  /** Runs a command. */
  static Said run(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream onOut = new ByteArrayOutputStream();
    ByteArrayOutputStream onErr = new ByteArrayOutputStream();
    StringWriter errors = new StringWriter();
    int code;
    try {
      System.setOut(new PrintStream(onOut, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(onErr, true, StandardCharsets.UTF_8));
      code = Main.run(args, new PrintWriter(errors, true));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    return new Said(
        code,
        onOut.toString(StandardCharsets.UTF_8),
        errors.toString(),
        onErr.toString(StandardCharsets.UTF_8));
  }

  /** The command's own lines on either stream of errors, without what libraries log. */
  String errors() {
    return (printed + logged)
        .lines()
        .filter(l -> l.startsWith("kudari: "))
        .collect(Collectors.joining("\n"));
  }
}
