package org.rsavlm.train.cli;

/** Ranks that this process started ended with an error, which they have told themselves. */
final class RanksFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;

  RanksFailedException(int status) {
    super("a rank ended with status " + status);
    this.status = status;
  }

  /** Returns the exit status, that of the first rank that failed. */
  int status() {
    return status;
  }
}
