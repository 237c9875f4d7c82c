package org.rsavlm.models.cost;

/**
 * Cost of LLaVA's two-layer projector.
 *
 * @param visionSize width of the tower's features, v
 * @param hiddenSize width of the language model, d
 * @param bias whether both layers have biases
 */
public record ProjectorCost(long visionSize, long hiddenSize, boolean bias) {

  /** Returns the number of scalars without {@code image_newline}: vd + d², and 2d of biases. */
  public long parameters() {
    return visionSize * hiddenSize + hiddenSize * hiddenSize + (bias ? 2 * hiddenSize : 0);
  }

  /** Returns the number of scalars of {@code image_newline}. */
  public long newlineParameters() {
    return hiddenSize;
  }

  /** Returns the work for so many patches: 2(vd + d²) each. */
  public Flops flops(double patches) {
    return new Flops(2 * patches * (visionSize * hiddenSize + (double) hiddenSize * hiddenSize), 0);
  }

  /** Returns the number of values kept: before and after the activation, and the output. */
  public long activations(long patches) {
    return 3 * patches * hiddenSize;
  }
}
