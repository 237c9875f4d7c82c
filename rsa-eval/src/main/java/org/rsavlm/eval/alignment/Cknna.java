package org.rsavlm.eval.alignment;

import java.util.Arrays;
import org.rsavlm.eval.alignment.Cknna.Products;

/**
 * Centred kernel nearest-neighbour alignment: unbiased CKA on inner products of which only those
 * count that belong to the k nearest neighbours on both sides.
 *
 * <p>At k = N - 1 it is unbiased CKA. Neighbours are taken by inner product of the rows as given,
 * ties as in {@link NeighborSets}; it keeps N x k numbers, no [N, N] kernel. Divisor and constant
 * as in {@link Cka}. Not a number where a side's own value is negative. Source: Huh et al. (2024),
 * Appendix.
 *
 * @param k neighbours per sample, at least 2
 */
public record Cknna(int k) implements PreparedMetric<Products> {

  /** Checks {@code k}. */
  public Cknna {
    if (k < 2) {
      throw new IllegalArgumentException("CKNNA needs k of at least 2, got " + k);
    }
  }

  /** The inner products of one side with its neighbours. */
  public static final class Products {
    private final int[][] neighbors;
    private final double[][] values;
    private final double self;

    /** Neighbours in ascending order, so that a pair is found by bisection. */
    private Products(FeatureMatrix features, int k) {
      int n = features.rows();
      neighbors = new int[n][];
      values = new double[n][k];
      NeighborSets sets = NeighborSets.of(features, k, Similarity.INNER_PRODUCT);
      double[] row = new double[features.cols()];
      double[] other = new double[features.cols()];
      for (int i = 0; i < n; i++) {
        neighbors[i] = sets.neighbors(i);
        Arrays.sort(neighbors[i]);
        features.copyRow(i, row);
        for (int p = 0; p < k; p++) {
          features.copyRow(neighbors[i][p], other);
          values[i][p] = Similarity.dot(row, other);
        }
      }
      self = hsic(this, this);
    }

    /** Place of {@code j} among the neighbours of {@code i}, negative if it is none. */
    private int find(int i, int j) {
      return Arrays.binarySearch(neighbors[i], j);
    }
  }

  @Override
  public String name() {
    return "cknna";
  }

  @Override
  public int leastSamples() {
    return Math.max(4, k + 1);
  }

  @Override
  public Products prepare(FeatureMatrix features) {
    return new Products(features, k);
  }

  @Override
  public double compare(Products vision, Products text) {
    return hsic(vision, text) / (Math.sqrt(vision.self * text.self) + Cka.EPSILON);
  }

  /**
   * Unbiased HSIC (Song et al. 2012, Eq. 5) of both kernels, zero outside the common neighbours.
   * That mask is not symmetric: the first term pairs K[i, j] with L[j, i].
   */
  private static double hsic(Products a, Products b) {
    int n = a.neighbors.length;
    if (b.neighbors.length != n) {
      throw new IllegalArgumentException(
          "both sides must hold the same samples, got " + n + " and " + b.neighbors.length);
    }
    double[] columnSumsA = new double[n];
    double[] rowSumsB = new double[n];
    double crossed = 0;
    double sumA = 0;
    double sumB = 0;
    for (int i = 0; i < n; i++) {
      for (int p = 0; p < a.neighbors[i].length; p++) {
        int j = a.neighbors[i][p];
        int inB = b.find(i, j);
        if (inB < 0) {
          continue;
        }
        columnSumsA[j] += a.values[i][p];
        rowSumsB[i] += b.values[i][inB];
        sumA += a.values[i][p];
        sumB += b.values[i][inB];
        int back = b.find(j, i);
        if (back >= 0 && a.find(j, i) >= 0) {
          crossed += a.values[i][p] * b.values[j][back];
        }
      }
    }
    double product = 0;
    for (int j = 0; j < n; j++) {
      product += columnSumsA[j] * rowSumsB[j];
    }
    double m = n;
    double both = sumA * sumB / ((m - 1) * (m - 2));
    return (crossed + both - 2 * product / (m - 2)) / (m * (m - 3));
  }
}
