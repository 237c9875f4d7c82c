package org.rsavlm.eval.alignment;

/**
 * One minus the mean edit distance (insertions, deletions, replacements) between both sides'
 * neighbour lists, nearest first, as a share of k.
 *
 * <p>Lies in 0 … 1. Source: Huh et al. (2024), Appendix; ties as in {@link NeighborSets}.
 *
 * @param k neighbours per sample
 * @param similarity what makes two samples neighbours
 */
public record EditDistanceKnn(int k, Similarity similarity) implements NeighborMetric {

  /** Checks {@code k}. */
  public EditDistanceKnn {
    NeighborSets.checkK(k);
  }

  @Override
  public String name() {
    return "edit_distance_knn";
  }

  @Override
  public double score(NeighborSets vision, NeighborSets text) {
    NeighborSets.checkPair(vision, text);
    long sum = 0;
    for (int i = 0; i < vision.size(); i++) {
      sum += edits(vision.row(i), text.row(i));
    }
    return 1 - (double) sum / ((long) vision.size() * vision.k());
  }

  /** Returns the least number of edits that turn {@code a} into {@code b}. */
  static int edits(int[] a, int[] b) {
    int[] above = new int[b.length + 1];
    int[] row = new int[b.length + 1];
    for (int j = 0; j <= b.length; j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length; i++) {
      row[0] = i;
      for (int j = 1; j <= b.length; j++) {
        int replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
      }
      int[] swap = above;
      above = row;
      row = swap;
    }
    return above[b.length];
  }
}
