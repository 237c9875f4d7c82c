package org.rsavlm.eval.alignment;

/**
 * Cycle k-nearest-neighbour alignment: the share of samples that a walk of two steps can bring
 * back, first to a text neighbour of the sample, then to a vision neighbour of that one.
 *
 * <p>Lies in 0 … 1 and is not symmetric in its sides. Source: Huh et al. (2024), Appendix; ties as
 * in {@link NeighborSets}.
 *
 * @param k neighbours per sample
 * @param similarity what makes two samples neighbours
 */
public record CycleKnn(int k, Similarity similarity) implements NeighborMetric {

  /** Checks {@code k}. */
  public CycleKnn {
    NeighborSets.checkK(k);
  }

  @Override
  public String name() {
    return "cycle_knn";
  }

  @Override
  public double score(NeighborSets vision, NeighborSets text) {
    NeighborSets.checkPair(vision, text);
    int returned = 0;
    for (int i = 0; i < text.size(); i++) {
      for (int j : text.row(i)) {
        if (vision.contains(j, i)) {
          returned++;
          break;
        }
      }
    }
    return (double) returned / text.size();
  }
}
