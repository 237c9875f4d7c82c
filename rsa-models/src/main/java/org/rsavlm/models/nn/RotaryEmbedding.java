package org.rsavlm.models.nn;

/**
 * How a model's heads turn with the position of their token.
 *
 * @param headSize D, dimensions of a head, even
 * @param theta base of the frequencies
 * @param scaling how positions are stretched over longer sequences
 */
public record RotaryEmbedding(int headSize, double theta, RotaryScaling scaling) {

  /** Checks the head size. */
  public RotaryEmbedding {
    if (headSize < 2 || headSize % 2 != 0) {
      throw new IllegalArgumentException("head_dim " + headSize + " must be even");
    }
  }

  /**
   * Returns the angle by which each pair of dimensions turns from one position to the next, D/2.
   */
  double[] frequencies() {
    return scaling.frequencies(headSize, theta);
  }
}
