package org.rsavlm.eval.alignment;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The k nearest neighbours of every sample, itself excluded, nearest first; of equally near ones
 * the lower index comes first.
 *
 * <p>Ranks come from a float32 Gram product of centred rows; wherever its rounding could decide who
 * belongs to the k, or their order, the scores are computed again in float64. Computed once per
 * layer and compared many times, each set is also held as bits.
 */
public final class NeighborSets {
  /** Up to this N the whole Gram matrix is held at once, which needs half of the products. */
  private static final int WHOLE = 2048;

  /** Rows of the Gram matrix at once for larger N, so that memory stays N x 1024. */
  private static final int STRIPE = 1024;

  private final int[][] ordered;
  private final long[][] bits;

  private NeighborSets(int[][] ordered) {
    this.ordered = ordered;
    int words = (ordered.length + 63) / 64;
    this.bits = new long[ordered.length][words];
    for (int i = 0; i < ordered.length; i++) {
      for (int j : ordered[i]) {
        bits[i][j >> 6] |= 1L << j;
      }
    }
  }

  /**
   * Finds the neighbours of every row.
   *
   * @param features [N, d]
   * @param k neighbours per sample, 1 … N-1
   * @param similarity what makes two samples near
   */
  public static NeighborSets of(FeatureMatrix features, int k, Similarity similarity) {
    int n = features.rows();
    if (k < 1 || k >= n) {
      throw new IllegalArgumentException(
          "k must be in 1 … N-1 = " + (n - 1) + " for N = " + n + " samples, got " + k);
    }
    int[][] ordered = new int[n][];
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      CenteredRows rows = CenteredRows.of(manager, features, similarity);
      double reach = roundingReach(features.cols()) * Arrays.stream(rows.norms).max().orElse(0);
      NeighborSearch nearest = new NeighborSearch(features, similarity, rows.bias, k);
      int stripe = n <= WHOLE ? n : STRIPE;
      for (int first = 0; first < n; first += stripe) {
        int start = first;
        float[] gram = n <= WHOLE ? rows.gram() : rows.gram(first, Math.min(stripe, n - first));
        IntStream.range(first, Math.min(first + stripe, n))
            .parallel()
            .forEach(
                i -> ordered[i] = nearest.find(i, gram, (i - start) * n, reach * rows.norms[i]));
      }
    }
    return new NeighborSets(ordered);
  }

  /** Returns the number of samples N. */
  public int size() {
    return ordered.length;
  }

  /** Neighbours per sample. */
  public int k() {
    return ordered[0].length;
  }

  /** Returns the neighbours of sample {@code i}, nearest first. */
  public int[] neighbors(int i) {
    return ordered[i].clone();
  }

  /** Returns the neighbours of sample {@code i} without a copy. */
  int[] row(int i) {
    return ordered[i];
  }

  /** Tells whether {@code j} is among the neighbours of {@code i}. */
  boolean contains(int i, int j) {
    return (bits[i][j >> 6] >>> j & 1L) != 0;
  }

  /** Returns how many neighbours sample {@code i} has in both sets. */
  int intersection(NeighborSets other, int i) {
    long[] a = bits[i];
    long[] b = other.bits[i];
    int common = 0;
    for (int w = 0; w < a.length; w++) {
      common += Long.bitCount(a[w] & b[w]);
    }
    return common;
  }

  /** Fails unless {@code k} is at least 1. */
  static void checkK(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got " + k);
    }
  }

  /** Fails unless both hold the same number of samples and the same k. */
  static void checkPair(NeighborSets a, NeighborSets b) {
    if (a.size() != b.size() || a.k() != b.k()) {
      throw new IllegalArgumentException(
          String.format(
              "neighbour sets differ in size: N = %d, k = %d against N = %d, k = %d",
              a.size(), a.k(), b.size(), b.k()));
    }
  }

  /**
   * Bound on the error of a float32 inner product of d terms relative to the norms: two roundings
   * of the input and four standard deviations of d accumulated roundings.
   */
  private static double roundingReach(int d) {
    return (4 + 4 * Math.sqrt(d)) * 0x1p-24;
  }
}
