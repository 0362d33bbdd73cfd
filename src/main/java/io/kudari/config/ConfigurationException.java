package io.kudari.config;

/**
 * A configuration that breaks a rule. The message is one line: the place, the key, what was found,
 * and the rule.
 */
public final class ConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public ConfigurationException(String message) {
    super(message);
  }

  public ConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }
}
