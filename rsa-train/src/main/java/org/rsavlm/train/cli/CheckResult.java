package org.rsavlm.train.cli;

/**
 * One line of {@code rsa doctor}.
 *
 * @param name what was looked at
 * @param state whether it serves
 * @param found what was found
 * @param cure what to do about it; empty when all is well
 */
record CheckResult(String name, State state, String found, String cure) {

  /** Whether what was found serves. */
  enum State {
    OK,
    /** Works, but worse than it could. */
    WARNING,
    /** Training can't run. */
    MISSING
  }

  static CheckResult ok(String name, String found) {
    return new CheckResult(name, State.OK, found, "");
  }

  static CheckResult warning(String name, String found, String cure) {
    return new CheckResult(name, State.WARNING, found, cure);
  }

  static CheckResult missing(String name, String found, String cure) {
    return new CheckResult(name, State.MISSING, found, cure);
  }
}
