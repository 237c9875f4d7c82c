/**
 * Features of a model at every layer, over image-caption pairs.
 *
 * <p>{@link org.rsavlm.eval.probe.FeatureExtractor} takes batches through any {@link
 * org.rsavlm.models.nn.DualEncoder} and keeps the mean of each layer's tokens (the paper's Eq. 1
 * and 2). {@link org.rsavlm.eval.probe.PairGatherer} draws pairs of an image-caption set on disk,
 * once a seed as in the paper's section 4, and reads each of them once; {@link
 * org.rsavlm.eval.probe.DrawnPairs} is measured pair of layers by pair of layers on every draw.
 */
@NullMarked
package org.rsavlm.eval.probe;

import org.jspecify.annotations.NullMarked;
