package io.kudari.run;

/** The project's version, as the build wrote it. */
public final class Version {

  private Version() {}

  /** Of this build; {@code development} when run from classes. */
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
