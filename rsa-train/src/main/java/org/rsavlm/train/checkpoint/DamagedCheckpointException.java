package org.rsavlm.train.checkpoint;

import java.nio.file.Path;

/** A checkpoint that is not as it was written. */
final class DamagedCheckpointException extends Exception {

  private static final long serialVersionUID = 1L;

  DamagedCheckpointException(Path directory, String what) {
    super(directory + ": " + what);
  }
}
