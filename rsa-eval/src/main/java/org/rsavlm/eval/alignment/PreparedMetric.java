package org.rsavlm.eval.alignment;

/**
 * A metric whose costly part looks at one side alone, so that a layer, prepared once, serves all
 * the pairs it takes part in.
 *
 * @param <P> what is kept of a side
 */
public interface PreparedMetric<P> extends AlignmentMetric {

  /**
   * Does the part that needs one side only.
   *
   * @param features [N, d] with at least {@link #leastSamples()} rows
   */
  P prepare(FeatureMatrix features);

  /**
   * Measures one pair of prepared sides.
   *
   * @param vision what {@link #prepare} made of the vision side
   * @param text the same of the text side, over the same samples
   */
  double compare(P vision, P text);

  @Override
  default double score(FeatureMatrix vision, FeatureMatrix text) {
    FeatureMatrix.checkPair(vision, text, leastSamples());
    return compare(prepare(vision), prepare(text));
  }
}
