package org.rsavlm.core;

/**
 * A fault that the user can mend: an argument, a recipe, a file or a sample.
 *
 * <p>Its message is one line, {@code WHERE: WHAT (CURE)}: the place, the actual value with what is
 * allowed, and the likely cure. The command line prints it as {@code error: …} and exits with
 * status 2. It is no {@link IllegalArgumentException}, which says that code called code wrongly.
 */
public class UserException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the message of its three parts.
   *
   * @param where the place: a file with line or key, an option, a sample id
   * @param what the actual value and what is allowed
   * @param cure what the user can do about it
   */
  public UserException(String where, String what, String cure) {
    super(message(where, what, cure));
  }

  /**
   * As {@link #UserException(String, String, String)}, with the exception that brought it to light.
   *
   * @param where the place: a file with line or key, an option, a sample id
   * @param what the actual value and what is allowed
   * @param cure what the user can do about it
   * @param cause the exception behind it, shown only in verbose output
   */
  public UserException(String where, String what, String cure, Throwable cause) {
    super(message(where, what, cure), cause);
  }

  private static String message(String where, String what, String cure) {
    return (where + ": " + what + " (" + cure + ")").replaceAll("\\s*\\R\\s*", " ");
  }
}
