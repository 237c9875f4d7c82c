package org.rsavlm.train.data;

/**
 * Where a loader stands, for a checkpoint.
 *
 * @param epoch from 0
 * @param sample how many samples of the epoch's order, all ranks together, have been handed out
 */
public record DataPosition(int epoch, int sample) {

  /** Before the first sample. */
  public static final DataPosition START = new DataPosition(0, 0);

  /** Checks that neither is negative. */
  public DataPosition {
    if (epoch < 0 || sample < 0) {
      throw new IllegalArgumentException("epoch " + epoch + ", sample " + sample);
    }
  }
}
