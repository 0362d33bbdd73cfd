package io.kudari.config;

import io.kudari.data.DataException;

/**
 * A configuration that breaks a rule. The message is one line: the place, the key, what was found,
 * and the rule.
 */
public final class ConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public ConfigurationException(String message) {
    super(DataException.oneLine(message));
  }

  public ConfigurationException(String message, Throwable cause) {
    super(DataException.oneLine(message), cause);
  }
}
