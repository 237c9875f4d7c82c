package org.rsavlm.eval.alignment;

/**
 * Mean length of the longest common subsequence of both sides' neighbour lists, nearest first.
 *
 * <p>Lies in 0 … k: it is a length, not a share, as in platonic-rep. Source: Huh et al. (2024),
 * Appendix; ties as in {@link NeighborSets}.
 *
 * @param k neighbours per sample
 * @param similarity what makes two samples neighbours
 */
public record LcsKnn(int k, Similarity similarity) implements NeighborMetric {

  /** Checks {@code k}. */
  public LcsKnn {
    NeighborSets.checkK(k);
  }

  @Override
  public String name() {
    return "lcs_knn";
  }

  @Override
  public double score(NeighborSets vision, NeighborSets text) {
    NeighborSets.checkPair(vision, text);
    long sum = 0;
    for (int i = 0; i < vision.size(); i++) {
      sum += length(vision.row(i), text.row(i));
    }
    return (double) sum / vision.size();
  }

  /** Returns the length of the longest common subsequence. */
  static int length(int[] a, int[] b) {
    int[] above = new int[b.length + 1];
    int[] row = new int[b.length + 1];
    for (int x : a) {
      for (int j = 1; j <= b.length; j++) {
        row[j] = x == b[j - 1] ? above[j - 1] + 1 : Math.max(above[j], row[j - 1]);
      }
      int[] swap = above;
      above = row;
      row = swap;
    }
    return above[b.length];
  }
}
