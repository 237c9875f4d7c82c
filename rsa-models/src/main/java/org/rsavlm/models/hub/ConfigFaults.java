package org.rsavlm.models.hub;

import java.util.function.Supplier;
import org.rsavlm.core.UserException;

/** Tells whoever wrote a config file what a record that is made of it refuses. */
public final class ConfigFaults {

  private ConfigFaults() {}

  /**
   * Makes something of a config's values.
   *
   * @param where the file, for the error
   * @param make what refuses numbers that don't go together by an IllegalArgumentException
   * @throws UserException in its place
   */
  public static <T> T inFile(String where, Supplier<T> make) {
    try {
      return make.get();
    } catch (IllegalArgumentException e) {
      throw new UserException(where, String.valueOf(e.getMessage()), "mend the config", e);
    }
  }
}
