package org.rsavlm.train.step;

/** Is told what the training thread turns to. */
@FunctionalInterface
public interface PhaseClock {

  /** Listens to nothing. */
  PhaseClock OFF = phase -> {};

  /**
   * A phase begins, and with it the one before ends.
   *
   * @param phase what comes next on this thread
   */
  void enter(Phase phase);
}
