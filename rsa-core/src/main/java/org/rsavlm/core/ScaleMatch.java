package org.rsavlm.core;

/**
 * Estimates the constant that brings the text kernel's mean to the vision kernel's.
 *
 * <p>The paper's loss has no such constant. At small scale vision distances can be many times the
 * text distances, and then the loss mostly shrinks the vision features; with the kernels on one
 * scale it aligns their structure. The estimate comes from the first batch, or runs along with
 * training as an exponential average.
 *
 * <p>Not thread-safe: a training loop owns it.
 */
public final class ScaleMatch {

  private final double momentum;
  private double scale = Double.NaN;

  private ScaleMatch(double momentum) {
    this.momentum = momentum;
  }

  /** Returns an estimate that the first batch fixes. */
  public static ScaleMatch firstBatch() {
    return new ScaleMatch(1);
  }

  /**
   * Returns an estimate that follows the batches.
   *
   * @param momentum the share of the old estimate kept at each batch, from 0 to below 1
   */
  public static ScaleMatch running(double momentum) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "momentum is " + momentum + "; it must be from 0 to below 1");
    }
    return new ScaleMatch(momentum);
  }

  /** Returns an estimate as {@link #firstBatch()} that was made before, for a resumed run. */
  public static ScaleMatch fixed(double scale) {
    ScaleMatch match = firstBatch();
    match.scale = scale;
    return match;
  }

  /**
   * Takes a batch's statistics into account and returns the scale to use for it.
   *
   * @return above 0; 1 while one side's distances are all 0
   */
  public double update(double meanDistanceVision, double meanDistanceText) {
    double ratio = meanDistanceVision / meanDistanceText;
    if (ratio > 0 && !Double.isInfinite(ratio)) {
      scale = Double.isNaN(scale) ? ratio : momentum * scale + (1 - momentum) * ratio;
    }
    return current();
  }

  /** Tells whether a batch has given an estimate. */
  public boolean isEstimated() {
    return !Double.isNaN(scale);
  }

  /** Returns the present scale; 1 before the first batch. */
  public double current() {
    return Double.isNaN(scale) ? 1 : scale;
  }
}
