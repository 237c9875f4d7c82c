package org.rsavlm.train.config;

/**
 * A value that a record's compact constructor refuses. The loader adds file and line; code that
 * builds a record by hand sees key, value and what is allowed.
 */
final class InvalidValueException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String key;
  private final String cure;

  /**
   * Makes the exception.
   *
   * @param key the key, dotted when it lies deeper than the record itself
   * @param what what is wrong, starting with "is" or "has": it follows the key
   * @param cure what the user can do
   */
  InvalidValueException(String key, String what, String cure) {
    super(key + " " + what + " (" + cure + ")");
    this.key = key;
    this.cure = cure;
  }

  String key() {
    return key;
  }

  String what() {
    String message = String.valueOf(getMessage());
    return message.substring(key.length() + 1, message.length() - cure.length() - 3);
  }

  String cure() {
    return cure;
  }
}
