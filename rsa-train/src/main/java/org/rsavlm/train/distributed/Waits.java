package org.rsavlm.train.distributed;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Asks again and again, with pauses that grow: a rank that waits long leaves its core to others, a
 * short wait ends at once.
 */
final class Waits {

  /** Until then it only steps aside: a small collective on one machine takes microseconds. */
  private static final long EAGER_NANOS = 50_000;

  private static final long SHORTEST_NANOS = 20_000;
  private static final long LONGEST_NANOS = 10_000_000;

  /** A pause is this part of the time waited, so that a wait ends at most so much too late. */
  private static final int SHARE = 20;

  /** A question that took longer than this has probably moved data: the next follows soon. */
  private static final long MOVING_NANOS = 20_000;

  private Waits() {}

  /**
   * Asks until the answer is yes.
   *
   * @param longest how long
   * @return whether it came in time
   */
  static boolean until(BooleanSupplier done, Duration longest) {
    long begun = System.nanoTime();
    long still = begun;
    boolean interrupted = false;
    try {
      while (true) {
        long asked = System.nanoTime();
        if (done.getAsBoolean()) {
          return true;
        }
        long now = System.nanoTime();
        if (now - begun > longest.toNanos()) {
          return false;
        }
        if (now - asked > MOVING_NANOS) {
          still += (now - still) / 2;
        }
        if (now - begun < EAGER_NANOS) {
          Thread.yield();
        } else {
          long pause = Math.max(SHORTEST_NANOS, (now - still) / SHARE);
          LockSupport.parkNanos(Math.min(LONGEST_NANOS, pause));
        }
        interrupted |= Thread.interrupted(); // else each pause would end at once
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A duration for messages, such as {@code 50.0 s}. */
  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
