package org.rsavlm.train.cli;

/**
 * One line of {@code rsa doctor}.
 *
 * @param name what was looked at
 * @param state whether it serves
 * @param found what was found
 * @param cure what to do about it; empty when all is well
 */
record Finding(String name, State state, String found, String cure) {

  /** Whether what was found serves. */
  enum State {
    OK,
    /** Works, but worse than it could. */
    WARNING,
    /** Training can't run. */
    MISSING
  }

  static Finding ok(String name, String found) {
    return new Finding(name, State.OK, found, "");
  }

  static Finding warning(String name, String found, String cure) {
    return new Finding(name, State.WARNING, found, cure);
  }

  static Finding missing(String name, String found, String cure) {
    return new Finding(name, State.MISSING, found, cure);
  }
}
