package org.rsavlm.train.data;

import java.util.Map;

/**
 * What a {@link RejectionLog} has counted, for a checkpoint.
 *
 * @param accepted samples
 * @param counts rejected samples by reason
 * @param lines how many lines the log has written to its file
 */
public record RejectionState(long accepted, Map<RejectionReason, Long> counts, long lines) {

  /** Before the first sample. */
  public static final RejectionState START = new RejectionState(0, Map.of(), 0);

  /** Copies the counts. */
  public RejectionState {
    counts = Map.copyOf(counts);
  }
}
