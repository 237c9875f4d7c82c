/**
 * From rows on disk, JSON or Parquet, to batches ready for the model.
 *
 * <p>A {@link org.rsavlm.train.data.Mixture} is the list of sources of a stage; it holds byte
 * offsets, not samples. A {@link org.rsavlm.train.data.SamplePreparer} turns one {@link
 * org.rsavlm.train.data.Sample} into token ids, labels and pixels, or rejects it with a reason. A
 * {@link org.rsavlm.train.data.DataLoader} walks the mixture in an order that depends on seed and
 * epoch alone, prepares ahead in worker threads and hands out full {@link
 * org.rsavlm.train.data.Batch batches}. Workers touch no tensors.
 *
 * <p>The same global batches come out for any number of workers and of ranks, and after a resume at
 * any {@link org.rsavlm.train.data.DataPosition}.
 */
@NullMarked
package org.rsavlm.train.data;

import org.jspecify.annotations.NullMarked;
