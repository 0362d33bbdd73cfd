package io.kudari.setting;

/** A setting that is unknown or out of range. The message is one line that names the key. */
public final class SettingException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String key;

  /** About a key, relative to the map that was parsed. */
  public SettingException(String key, String message) {
    super(message);
    this.key = key;
  }

  /** The offending key, relative to the map that was parsed, such as {@code beta1}. */
  public String key() {
    return key;
  }
}
