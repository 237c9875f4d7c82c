package org.rsavlm.train.measure;

import org.rsavlm.eval.alignment.LayerFeatures;

/**
 * What one pass over held-out pairs has gathered. Layer 0 of each side are the embeddings, layer i
 * the output of the i-th block, as Hugging Face counts {@code hidden_states}.
 *
 * @param vision mean over the image tokens, for every pair; the last layer is what the projector
 *     gets
 * @param text mean over the caption's tokens where the language model reads the caption alone; the
 *     last layer is taken after the final norm
 * @param lossSum language modelling loss summed over the supervised tokens, in nats
 * @param supervisedTokens number of supervised tokens
 */
public record HeldOutFeatures(
    LayerFeatures vision, LayerFeatures text, double lossSum, long supervisedTokens) {

  /** Returns the number of pairs. */
  public int pairs() {
    return vision.layer(0).rows();
  }

  /** Returns the mean language modelling loss of a supervised token, in nats. */
  public double lmLoss() {
    return lossSum / supervisedTokens;
  }
}
