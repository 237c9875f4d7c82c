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
  private static final long LONGEST_NANOS = 2_000_000;

  /** A question that took longer than this has moved data: the next follows soon. */
  private static final long MOVING_NANOS = 10_000;

  private Waits() {}

  /**
   * Asks until the answer is yes.
   *
   * @param longest how long
   * @return whether it came in time
   */
  static boolean until(BooleanSupplier done, Duration longest) {
    long begun = System.nanoTime();
    long pause = SHORTEST_NANOS;
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
          pause = SHORTEST_NANOS;
        }
        if (now - begun < EAGER_NANOS) {
          Thread.yield();
        } else {
          LockSupport.parkNanos(pause);
          pause = Math.min(LONGEST_NANOS, pause + pause / 4);
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
