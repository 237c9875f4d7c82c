package org.rsavlm.train.distributed;

/**
 * A collective on its way. Its arrays stay open, and nobody touches them, until {@link #await}
 * returns; every collective that was begun is awaited, in any order.
 *
 * <p>On the CPU, data moves while a rank is inside a call of its communicator or of a {@code
 * Pending}: calling {@link #isDone} between other work brings it on. On a GPU it moves by itself,
 * in the order of the device's stream.
 */
public interface Pending {

  /**
   * Waits until the result may be used; ends the job when the deadline is over. On a GPU it returns
   * at once: work that is given to the device from then on comes after the result.
   */
  void await();

  /** Tells whether the result is there, without waiting. */
  boolean isDone();
}
