package org.rsavlm.train.cli;

/** A command ended early because a signal asked for it, with its work saved. */
final class StoppedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;

  StoppedException(String message, int status) {
    super(message);
    this.status = status;
  }

  /** Returns 128 plus the signal's number, as shells report it. */
  int status() {
    return status;
  }
}
