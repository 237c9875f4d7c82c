package org.rsavlm.core;

import org.jspecify.annotations.Nullable;

/**
 * The constant that multiplies the text kernel, so that its mean equals the vision kernel's.
 *
 * <p>The paper's loss has no such constant: {@link #off}. At small scale vision distances can be
 * many times the text distances, and then the loss mostly shrinks the vision features; with the
 * kernels on one scale it aligns their structure. The estimate comes from the first batch, or runs
 * along with training as an exponential average.
 *
 * <p>Not thread-safe: a training loop owns it.
 */
public final class ScaleMatch {

  private final boolean matching;
  private final double momentum;
  private double scale = Double.NaN;

  private ScaleMatch(boolean matching, double momentum) {
    this.matching = matching;
    this.momentum = momentum;
  }

  /** Returns the scale of the paper's loss: 1, whatever the batches. */
  public static ScaleMatch off() {
    return new ScaleMatch(false, 1);
  }

  /** Returns an estimate that the first batch fixes. */
  public static ScaleMatch firstBatch() {
    return new ScaleMatch(true, 1);
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
    return new ScaleMatch(true, momentum);
  }

  /**
   * Goes on from an estimate made before, as a resumed run does.
   *
   * @param estimate what {@link #current} was, above 0; null if there was none yet
   * @return this
   */
  public ScaleMatch from(@Nullable Double estimate) {
    if (matching && estimate != null) {
      scale = estimate;
    }
    return this;
  }

  /**
   * Takes a batch's statistics into account and returns the scale to use for it.
   *
   * @return above 0; 1 while one side's distances are all 0
   */
  public double update(double meanDistanceVision, double meanDistanceText) {
    double ratio = meanDistanceVision / meanDistanceText;
    if (matching && ratio > 0 && !Double.isInfinite(ratio)) {
      scale = Double.isNaN(scale) ? ratio : momentum * scale + (1 - momentum) * ratio;
    }
    return current();
  }

  /** Tells whether a batch has given an estimate. */
  public boolean isEstimated() {
    return !Double.isNaN(scale);
  }

  /** Tells whether {@link #current} is not yet what training will use: no batch has been seen. */
  public boolean isPending() {
    return matching && !isEstimated();
  }

  /** Returns the present scale; 1 before the first batch. */
  public double current() {
    return isEstimated() ? scale : 1;
  }
}
