package org.rsavlm.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchScript;

/**
 * Averages token representations to one row a sample (paper, Eq. 1 and 2).
 *
 * <p>For the vision side the paper averages over the tokens of the base image, before the
 * projector; its ablation "Full" averages over the tokens of all tiles. Both are means of what is
 * passed in. Results are differentiable, in float32 (float64 for float64 tokens).
 */
public final class TokenPooling {

  private TokenPooling() {}

  /**
   * Averages over all tokens.
   *
   * @param tokens [N, T, d]
   * @return [N, d]
   */
  public static NDArray mean(NDArray tokens) {
    checkRank(tokens, 3, "[N, T, d]");
    return script().call(tokens.getManager(), "mean", tokens).singletonOrThrow();
  }

  /**
   * Averages over the tokens that a mask keeps.
   *
   * @param tokens [N, T, d]
   * @param mask [N, T], not 0 at the tokens to keep; each sample must keep at least one, as the
   *     mean of none is NaN
   * @return [N, d]
   */
  public static NDArray mean(NDArray tokens, NDArray mask) {
    checkRank(tokens, 3, "[N, T, d]");
    Shape expected = new Shape(tokens.getShape().get(0), tokens.getShape().get(1));
    if (!mask.getShape().equals(expected)) {
      throw new IllegalArgumentException(
          "the mask has shape " + mask.getShape() + "; these tokens need " + expected);
    }
    return script().call(tokens.getManager(), "masked_mean", tokens, mask).singletonOrThrow();
  }

  /**
   * Averages over each sample's tokens in a packed sequence.
   *
   * @param tokens [T, d], the samples' tokens one after the other
   * @param lengths each sample's number of tokens, at least 1, of sum T
   * @return [N, d]
   */
  public static NDArray mean(NDArray tokens, long[] lengths) {
    checkRank(tokens, 2, "[T, d]");
    long total = Arrays.stream(lengths).sum();
    if (total != tokens.getShape().get(0) || Arrays.stream(lengths).anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException(
          "the lengths "
              + Arrays.toString(lengths)
              + " must each be at least 1 and sum to the "
              + tokens.getShape().get(0)
              + " tokens");
    }
    try (NDArray counts = Tensors.of(tokens.getManager(), lengths, lengths.length)) {
      return script()
          .call(tokens.getManager(), "segment_mean", tokens, counts, lengths.length)
          .singletonOrThrow();
    }
  }

  static TorchScript script() {
    return TorchScript.load(TokenPooling.class, "token_pooling.py");
  }

  static void checkRank(NDArray tokens, int rank, String form) {
    if (tokens.getShape().dimension() != rank) {
      throw new IllegalArgumentException(
          "tokens have shape " + tokens.getShape() + "; they must be " + form);
    }
  }
}
