/**
 * The state of a run on disk, from which it continues bit by bit.
 *
 * <p>A {@link org.rsavlm.train.checkpoint.Checkpoint} is a directory that appears under its name
 * only when it is whole: the model in Hugging Face layout, the optimiser's state, the recipe, the
 * rejected samples, {@code state.json} and a manifest with a checksum of every file. {@link
 * org.rsavlm.train.checkpoint.CheckpointStore} keeps the newest of a run.
 */
@NullMarked
package org.rsavlm.train.checkpoint;

import org.jspecify.annotations.NullMarked;
