/**
 * Alignment of a checkpoint's vision tower and language model on an image-caption set, as in the
 * paper's section 4: pairs are drawn once a seed, the model reads each of them once, and every pair
 * of layers is measured on every draw.
 *
 * <p>{@link org.rsavlm.eval.probe.PairGatherer} reads and runs, {@link
 * org.rsavlm.eval.probe.DrawnPairs} measures or writes features to a file.
 */
@NullMarked
package org.rsavlm.eval.probe;

import org.jspecify.annotations.NullMarked;
