package org.rsavlm.eval.alignment;

/** A score of how well two sets of features of the same samples agree. */
public interface AlignmentMetric {

  /** The name on the command line and in reports, such as {@code mutual_knn}. */
  String name();

  /**
   * Measures one pair of feature sets.
   *
   * @param vision [N, dv]
   * @param text [N, dt], row i of the same sample as row i of {@code vision}
   * @throws IllegalArgumentException if the numbers of rows differ or are too few
   */
  double score(FeatureMatrix vision, FeatureMatrix text);
}
