/**
 * Features of samples in files that other programs wrote: safetensors, NumPy's .npy and .npz.
 *
 * <p>{@link org.rsavlm.eval.features.FeatureFile} opens one and gives it layer by layer. Files are
 * untrusted: what a header claims is checked against the file before memory is taken for it.
 */
@NullMarked
package org.rsavlm.eval.features;

import org.jspecify.annotations.NullMarked;
