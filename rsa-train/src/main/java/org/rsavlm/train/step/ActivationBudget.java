package org.rsavlm.train.step;

/** Memory that a step may spend on keeping activations which checkpointing would compute again. */
final class ActivationBudget {

  private long left;

  ActivationBudget(long bytes) {
    left = bytes;
  }

  /** Takes so many bytes, or none if fewer are left. */
  boolean take(long bytes) {
    if (bytes > left) {
      return false;
    }
    left -= bytes;
    return true;
  }
}
