package org.rsavlm.eval.alignment;

import java.util.Arrays;

/** Finds the k nearest neighbours of one sample from its approximate scores. */
final class NearestRow {
  private final FeatureMatrix features;
  private final Similarity similarity;
  private final CenteredRows centered;
  private final int k;

  NearestRow(FeatureMatrix features, Similarity similarity, CenteredRows centered, int k) {
    this.features = features;
    this.similarity = similarity;
    this.centered = centered;
    this.k = k;
  }

  /** A neighbour with its score in float64. */
  private record Candidate(int index, double score) {}

  /**
   * Indices of the neighbours of sample {@code i}, nearest first.
   *
   * @param gram holds the products of row {@code i} from {@code offset} on
   * @param reach largest error of one of them
   */
  int[] find(int i, float[] gram, int offset, double reach) {
    double[] bias = centered.bias;
    int n = bias.length;
    double least = kthLargest(i, gram, offset) - 2 * reach;
    int[] near = new int[k + 8];
    int count = 0;
    for (int j = 0; j < n; j++) {
      if (gram[offset + j] + bias[j] >= least && j != i) {
        if (count == near.length) {
          near = Arrays.copyOf(near, 2 * count);
        }
        near[count++] = j;
      }
    }
    return settle(i, Arrays.copyOf(near, count));
  }

  /** Ranks the candidates by their float64 scores and keeps the first k. */
  private int[] settle(int i, int[] near) {
    double[] row = new double[features.cols()];
    double[] other = new double[features.cols()];
    features.copyRow(i, row);
    Candidate[] candidates = new Candidate[near.length];
    for (int c = 0; c < near.length; c++) {
      int j = near[c];
      features.copyRow(j, other);
      candidates[c] = new Candidate(j, similarity.exact(row, other, centered.originalNorms[j]));
    }
    Arrays.sort(
        candidates,
        (a, b) -> {
          int byScore = Double.compare(b.score(), a.score());
          return byScore != 0 ? byScore : Integer.compare(a.index(), b.index());
        });
    int[] nearest = new int[k];
    for (int c = 0; c < k; c++) {
      nearest[c] = candidates[c].index();
    }
    return nearest;
  }

  /** The k-th largest approximate score, by insertion into a short descending list. */
  private double kthLargest(int i, float[] gram, int offset) {
    double[] bias = centered.bias;
    double[] top = new double[k];
    Arrays.fill(top, Double.NEGATIVE_INFINITY);
    for (int j = 0; j < bias.length; j++) {
      double score = gram[offset + j] + bias[j];
      if (score > top[k - 1] && j != i) {
        int at = k - 1;
        while (at > 0 && top[at - 1] < score) {
          top[at] = top[at - 1];
          at--;
        }
        top[at] = score;
      }
    }
    return top[k - 1];
  }
}
