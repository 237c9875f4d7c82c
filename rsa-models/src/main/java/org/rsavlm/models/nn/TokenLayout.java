package org.rsavlm.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.core.torch.TorchScript;
import org.rsavlm.models.qwen2.Qwen2Config;
import org.rsavlm.models.qwen2.Qwen2Model;

/**
 * Where each token of a packed sequence belongs: the samples' lengths, and what a decoder layer
 * needs of them.
 *
 * <p>Samples lie one after the other without padding. Only attention sees padded grids, of samples
 * of like length where lengths differ much; every other operation works on real tokens. A sample's
 * positions start at 0 and no sample attends to another.
 */
public final class TokenLayout {

  private final long[] lengths;
  private final int tokens;
  private final int longest;
  private final NDArray cos;
  private final NDArray sin;
  private final AttentionGrids grids;

  /**
   * Lays out a batch.
   *
   * @param manager owns the index and rotary arrays
   * @param config tells head size and rotary base
   * @param dtype element type of the hidden states
   * @param lengths each sample's number of tokens, at least 1
   */
  public TokenLayout(NDManager manager, Qwen2Config config, TorchDtype dtype, long[] lengths) {
    if (lengths.length == 0 || Arrays.stream(lengths).anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException(
          "lengths " + Arrays.toString(lengths) + "; each sample needs at least one token");
    }
    this.lengths = lengths.clone();
    tokens = Math.toIntExact(Arrays.stream(lengths).sum());
    longest = Math.toIntExact(Arrays.stream(lengths).max().getAsLong());
    long[] positions = new long[tokens];
    int token = 0;
    for (long length : lengths) {
      for (int position = 0; position < length; position++) {
        positions[token++] = position;
      }
    }
    grids = AttentionGrids.grouped(manager, lengths);
    double[] turns = config.rotaryScaling().frequencies(config.headSize(), config.ropeTheta());
    try (GradMode off = GradMode.disabled();
        NDArray at = Tensors.of(manager, positions, tokens);
        NDArray frequencies = Tensors.of(manager, turns, turns.length)) {
      NDList tables =
          TorchScript.load(Qwen2Model.class, "qwen2.py")
              .call(
                  manager,
                  "rotary",
                  at,
                  frequencies,
                  config.rotaryScaling().attentionFactor(),
                  dtype.code());
      cos = tables.get(0);
      sin = tables.get(1);
    }
  }

  /** Returns the number of samples. */
  public int samples() {
    return lengths.length;
  }

  /** Returns the number of tokens of all samples. */
  public int tokens() {
    return tokens;
  }

  /** Returns each sample's number of tokens. */
  public long[] lengths() {
    return lengths.clone();
  }

  int longest() {
    return longest;
  }

  public NDArray cos() {
    return cos;
  }

  public NDArray sin() {
    return sin;
  }

  public AttentionGrids grids() {
    return grids;
  }
}
