package org.rsavlm.eval.alignment;

/**
 * A metric that looks at nearest neighbours alone, so that a layer's neighbours, found once, serve
 * all the pairs it takes part in.
 */
public interface NeighborMetric extends PreparedMetric<NeighborSets> {

  /** Neighbours per sample. */
  int k();

  /** Returns what makes two samples neighbours. */
  Similarity similarity();

  /**
   * Measures one pair of neighbour sets.
   *
   * @param vision neighbours among N samples
   * @param text neighbours among the same samples, with the same k
   */
  double score(NeighborSets vision, NeighborSets text);

  /** Returns the neighbour sets that this metric compares. */
  default NeighborSets neighbors(FeatureMatrix features) {
    return NeighborSets.of(features, k(), similarity());
  }

  @Override
  default NeighborSets prepare(FeatureMatrix features) {
    return neighbors(features);
  }

  @Override
  default double compare(NeighborSets vision, NeighborSets text) {
    return score(vision, text);
  }

  @Override
  default int leastSamples() {
    return k() + 1;
  }
}
