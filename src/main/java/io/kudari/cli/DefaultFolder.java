package io.kudari.cli;

import java.io.File;

/** Where a run's results go when nobody says: {@code out/} in the working folder. */
final class DefaultFolder {

  private DefaultFolder() {}

  /**
   * The first of {@code out/NAME-1}, {@code out/NAME-2}, … after the last that is there.
   *
   * @param config the configuration's location, of which NAME is the file's name without its ending
   */
  static String of(String config) {
    return of(config, new File("out"));
  }

  /** The same where {@code out/} is that folder, which need not be there. */
  static String of(String config, File out) {
    String file = config.substring(config.lastIndexOf('/') + 1);
    String name = file.replaceFirst("\\.[A-Za-z]+$", "");
    String[] there = out.list();
    int last = 0;
    for (String each : there == null ? new String[0] : there)
      if (each.startsWith(name + "-"))
        last = Math.max(last, number(each.substring(name.length() + 1)));
    return "out/" + name + "-" + (last + 1);
  }

  private static int number(String text) {
    return text.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(text) : 0;
  }
}
