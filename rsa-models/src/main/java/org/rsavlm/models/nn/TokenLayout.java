package org.rsavlm.models.nn;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.stream.LongStream;

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
  private final AttentionGrids grids;
  private final NDArray cos;
  private final NDArray sin;

  /**
   * Keeps a layout.
   *
   * @param lengths each sample's number of tokens, at least 1
   * @param grids theirs
   * @param cos [T, D], of each token's position
   * @param sin [T, D]
   */
  TokenLayout(long[] lengths, AttentionGrids grids, NDArray cos, NDArray sin) {
    this.lengths = lengths.clone();
    tokens = Math.toIntExact(Arrays.stream(lengths).sum());
    longest = Math.toIntExact(Arrays.stream(lengths).max().getAsLong());
    this.grids = grids;
    this.cos = cos;
    this.sin = sin;
  }

  /** Refuses a batch without a sample, or a sample without a token. */
  static void requireTokens(long[] lengths) {
    if (lengths.length == 0 || Arrays.stream(lengths).anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException(
          "lengths " + Arrays.toString(lengths) + "; each sample needs at least one token");
    }
  }

  /** Returns each token's position in its sample, from 0. */
  static long[] positions(long[] lengths) {
    return Arrays.stream(lengths).flatMap(length -> LongStream.range(0, length)).toArray();
  }

  /** Returns the number of samples of the packed sequence. */
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

  NDArray cos() {
    return cos;
  }

  NDArray sin() {
    return sin;
  }

  AttentionGrids grids() {
    return grids;
  }
}
