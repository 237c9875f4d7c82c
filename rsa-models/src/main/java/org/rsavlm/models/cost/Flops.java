package org.rsavlm.models.cost;

/**
 * Floating-point operations of a forward pass, in two kinds that go back differently.
 *
 * @param weights of products of activations with weights: back, one product gives the gradient of
 *     the activations and one that of the weights
 * @param attention of products of two activations, queries with keys and scores with values: back,
 *     each gives two gradients, whatever is trained
 */
public record Flops(double weights, double attention) {

  /** No work. */
  public static final Flops NONE = new Flops(0, 0);

  /** Returns the work of both. */
  public Flops plus(Flops other) {
    return new Flops(weights + other.weights, attention + other.attention);
  }

  /** Returns the operations of one forward pass. */
  public double forward() {
    return weights + attention;
  }

  /**
   * Returns the operations of the way back.
   *
   * @param inputs whether the gradient of the input is needed
   * @param trained whether the weights are trained
   */
  public double backward(boolean inputs, boolean trained) {
    double ofWeights = (inputs ? weights : 0) + (trained ? weights : 0);
    return ofWeights + (inputs || trained ? 2 * attention : 0);
  }
}
