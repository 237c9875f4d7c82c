/**
 * How well the geometries of two representation spaces agree.
 *
 * <p>Start with {@link org.rsavlm.eval.alignment.MutualKnn}, the paper's Eq. 9, on two {@link
 * org.rsavlm.eval.alignment.FeatureMatrix}es whose rows are the same N samples seen by two models;
 * {@link org.rsavlm.eval.alignment.LayerGrid} measures all pairs of layers. The other metrics of
 * the field stand beside it, a file each, behind {@link org.rsavlm.eval.alignment.AlignmentMetric}.
 * Scores decided by nearly equal numbers are settled in float64, ties by the lower index, so that a
 * score doesn't depend on threads or the BLAS in use.
 */
@NullMarked
package org.rsavlm.eval.alignment;

import org.jspecify.annotations.NullMarked;
