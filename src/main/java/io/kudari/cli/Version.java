package io.kudari.cli;

import picocli.CommandLine.IVersionProvider;

/** The project's version, as the build wrote it. */
public final class Version implements IVersionProvider {

  /** Of this build; {@code development} when run from classes. */
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"kudari " + current()};
  }
}
