package org.rsavlm.core;

/**
 * What to watch while the RSA loss is on: it has a trivial minimum where all representations
 * coincide, and unscaled it mostly moves the side with the larger distances.
 *
 * @param meanDistanceVision mean of the vision kernel over all N² pairs
 * @param meanDistanceText mean of the text kernel over all N² pairs, before any scale
 * @param effectiveRankVision exponential of the entropy of the centred rows' normalised singular
 *     values (Roy and Vetterli, 2007), from 1 to N − 1; 0 if all rows are equal
 * @param effectiveRankText the same of the text side
 */
public record RsaStatistics(
    double meanDistanceVision,
    double meanDistanceText,
    double effectiveRankVision,
    double effectiveRankText) {

  /** Returns the vision side's mean distance over the text side's; infinite if that is 0. */
  public double distanceRatio() {
    return meanDistanceVision / meanDistanceText;
  }
}
