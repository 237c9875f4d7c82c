package org.rsavlm.eval.alignment;

/** A score of how well two sets of features of the same samples agree. */
public interface AlignmentMetric {

  /** Returns the name on the command line and in reports, such as {@code mutual_knn}. */
  String name();

  /**
   * Measures one pair of feature sets.
   *
   * @param vision [N, dv]
   * @param text [N, dt], row i of the same sample as row i of {@code vision}
   * @return the score; not a number where the metric is undefined, as for constant features
   * @throws IllegalArgumentException if the numbers of rows differ or are too few
   */
  double score(FeatureMatrix vision, FeatureMatrix text);

  /** Returns the fewest samples it can be measured on. */
  default int leastSamples() {
    return 2;
  }

  /** Tells whether a higher score means better agreement; false for discrepancies. */
  default boolean higherIsBetter() {
    return true;
  }
}
