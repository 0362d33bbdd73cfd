package io.kudari.spark.cluster;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds in what Spark says of a failed task that an executor lacks a class. */
public final class MissingClass {

  /** Spark keeps the text of a task's exception, not always the exception. */
  private static final Pattern SAID =
      Pattern.compile(
          "(?:ClassNotFoundException|NoClassDefFoundError): (?:Class"
              + " )?((?:\\w+[./])+[\\w$]+)(?=\\s|$)");

  /** What is left of a task whose partition Kryo could not read, for lack of its registrator. */
  private static final String UNREAD = "IllegalStateException: unread block data";

  /** Not the class itself, which knows all that travels. */
  public static final String REGISTRATOR = "io.kudari.spark.KudariRegistrator";

  private MissingClass() {}

  /**
   * Returns when no class was missing.
   *
   * @throws RankSlots.UnsuitableException that names the class and what to do
   */
  public static void check(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      Matcher said = SAID.matcher(t.toString());
      if (said.find()) throw line(said.group(1).replace('/', '.'), failure);
      if (t.toString().contains(UNREAD)) throw line(REGISTRATOR, failure);
    }
  }

  private static RankSlots.UnsuitableException line(String name, Throwable failure) {
    String cure =
        name.startsWith("io.kudari.")
            ? "they need the jar of this Kudari, as scripts/kudari or spark-submit give it to them,"
                + " and the command's version of Spark"
            : "give them its jar by --conf spark.jars=FILE";
    return new RankSlots.UnsuitableException(
        "the executors lack class " + name + ": " + cure, failure);
  }
}
