/**
 * Files that are either whole or absent.
 *
 * <p>Everything that the library leaves behind for later (weights, checkpoints, reports) goes
 * through {@link org.rsavlm.core.io.AtomicFiles}: written under a temporary name beside the target,
 * synced to the disk, renamed.
 */
@NullMarked
package org.rsavlm.core.io;

import org.jspecify.annotations.NullMarked;
