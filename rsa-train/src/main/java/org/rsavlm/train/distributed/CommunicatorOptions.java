package org.rsavlm.train.distributed;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;

/**
 * How ranks are joined.
 *
 * @param deadline how long a rank waits in one collective before it ends the job
 * @param gpu the CUDA device of this rank, or null for a run on the CPU, which needs no NCCL
 */
public record CommunicatorOptions(Duration deadline, @Nullable Integer gpu) {

  /** The system property of the deadline in seconds. */
  public static final String DEADLINE_PROPERTY = "rsa.deadline_seconds";

  /** The environment variable of the deadline in seconds, where the property isn't set. */
  public static final String DEADLINE_VARIABLE = "RSA_DEADLINE_SECONDS";

  /** Such that a job with a lost rank is over within a minute. */
  static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(50);

  /** Checks the deadline. */
  public CommunicatorOptions {
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("the deadline is " + deadline);
    }
  }

  /** Returns options for CPU tensors; the deadline is the property's, the variable's or 50 s. */
  public static CommunicatorOptions cpu() {
    return new CommunicatorOptions(deadlineSet(), null);
  }

  /**
   * As {@link #cpu()}, for tensors on a GPU too.
   *
   * @param device this rank's own, such as {@link RankIdentity#gpu}
   */
  public static CommunicatorOptions cuda(int device) {
    return new CommunicatorOptions(deadlineSet(), device);
  }

  /** Returns the same with another deadline. */
  public CommunicatorOptions withDeadline(Duration other) {
    return new CommunicatorOptions(other, gpu);
  }

  private static Duration deadlineSet() {
    String where = DEADLINE_PROPERTY;
    String text = System.getProperty(where);
    if (text == null) {
      where = DEADLINE_VARIABLE;
      text = System.getenv(where);
    }
    return text == null ? DEFAULT_DEADLINE : seconds(where, text);
  }

  static Duration seconds(String where, String text) {
    try {
      long millis = Math.round(Double.parseDouble(text.trim()) * 1000);
      if (millis > 0) {
        return Duration.ofMillis(millis);
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new UserException(
        where, "'" + text + "' is no number of seconds above 0", "give one such as 50");
  }
}
