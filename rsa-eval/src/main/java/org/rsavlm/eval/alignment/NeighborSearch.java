package org.rsavlm.eval.alignment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds the k nearest neighbours of one sample from its approximate scores. */
final class NeighborSearch {
  private final FeatureMatrix features;
  private final Similarity similarity;
  private final double[] bias;
  private final int k;

  /**
   * Prepares for any sample's search.
   *
   * @param bias for each sample the summand of its score that Gram products lack
   */
  NeighborSearch(FeatureMatrix features, Similarity similarity, double[] bias, int k) {
    this.features = features;
    this.similarity = similarity;
    this.bias = bias;
    this.k = k;
  }

  /** A neighbour with its score, approximate or in float64. */
  private record Candidate(int index, double score) {

    static int compare(Candidate a, Candidate b) {
      int byScore = Double.compare(b.score, a.score);
      return byScore != 0 ? byScore : Integer.compare(a.index, b.index);
    }
  }

  /**
   * Indices of the neighbours of sample {@code i}, nearest first.
   *
   * @param gram holds the products of row {@code i} from {@code offset} on
   * @param reach largest error of one of them
   */
  int[] find(int i, float[] gram, int offset, double reach) {
    Candidate[] candidates = candidates(i, gram, offset, 2 * reach);
    Arrays.sort(candidates, Candidate::compare);
    settle(i, candidates, 2 * reach);
    int[] nearest = new int[k];
    for (int c = 0; c < k; c++) {
      nearest[c] = candidates[c].index();
    }
    return nearest;
  }

  /**
   * Those whose approximate score is at least the k-th largest less {@code gap}. The k largest so
   * far are kept in a short descending list: what falls below them falls below the final ones.
   */
  private Candidate[] candidates(int i, float[] gram, int offset, double gap) {
    double[] top = new double[k];
    Arrays.fill(top, Double.NEGATIVE_INFINITY);
    double least = Double.NEGATIVE_INFINITY;
    List<Candidate> near = new ArrayList<>(8 * k);
    for (int j = 0; j < bias.length; j++) {
      double score = gram[offset + j] + bias[j];
      if (score >= least && j != i) {
        near.add(new Candidate(j, score));
        if (score > top[k - 1]) {
          int at = k - 1;
          while (at > 0 && top[at - 1] < score) {
            top[at] = top[at - 1];
            at--;
          }
          top[at] = score;
          least = top[k - 1] - gap;
        }
      }
    }
    double last = least;
    near.removeIf(candidate -> candidate.score() < last);
    return near.toArray(Candidate[]::new);
  }

  /**
   * Puts those of the first k in order whose approximate scores can't tell it: a run of candidates,
   * each within {@code gap} of the one before, is sorted by scores in float64.
   */
  private void settle(int i, Candidate[] candidates, double gap) {
    double[] row = new double[0];
    double[] other = new double[0];
    int first = 0;
    while (first < k) {
      int end = first + 1;
      while (end < candidates.length
          && candidates[end - 1].score() - candidates[end].score() <= gap) {
        end++;
      }
      if (end - first > 1) {
        if (row.length == 0) {
          row = new double[features.cols()];
          other = new double[features.cols()];
          features.copyRow(i, row);
        }
        for (int c = first; c < end; c++) {
          int j = candidates[c].index();
          features.copyRow(j, other);
          candidates[c] = new Candidate(j, similarity.exact(row, other));
        }
        Arrays.sort(candidates, first, end, Candidate::compare);
      }
      first = end;
    }
  }
}
