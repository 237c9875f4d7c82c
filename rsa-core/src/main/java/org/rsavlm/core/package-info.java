/**
 * Representational Space Alignment for any DJL training loop.
 *
 * <p>{@link org.rsavlm.core.RsaLoss} is the loss of the paper (Eq. 5), {@link
 * org.rsavlm.core.Distance} its kernels' distances, {@link org.rsavlm.core.TokenPooling} the step
 * from tokens to one row a sample, {@link org.rsavlm.core.RsaBatch} the exact loss of a batch that
 * is computed in micro-batches, and {@link org.rsavlm.core.RsaStatistics} what to watch meanwhile.
 * The engine seam is {@link org.rsavlm.core.torch}.
 */
@NullMarked
package org.rsavlm.core;

import org.jspecify.annotations.NullMarked;
