package io.kudari.setting;

/** Whether a setting may differ from the saved one when a run goes on. */
public enum OnResume {
  /** No: a run from the beginning would never give what came of it. */
  STAYS,
  /** Yes: it is of the machine, or does not touch the steps already taken. */
  FREE,
  /** To a larger number. */
  GROWS,
  /** A path: what it names must have the same content. */
  BY_CONTENT
}
