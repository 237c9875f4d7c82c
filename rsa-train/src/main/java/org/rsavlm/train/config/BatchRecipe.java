package org.rsavlm.train.config;

/**
 * How a stage's samples become steps. However they are split, the gradient is that of the whole
 * batch.
 *
 * @param batchSize samples a step, over all micro-batches and ranks
 * @param microBatchSize samples of one forward pass; more than a batch means the whole batch
 * @param microBatchTokens fills each forward pass up to so many tokens, image tokens included, with
 *     {@code micro_batch_size} not applied; a longer sample goes alone. 0 leaves it to {@code
 *     micro_batch_size}
 * @param dropLast leave out the samples at the end of an epoch that don't fill a batch
 * @param groupByModality fill a batch with samples that have images, or with text-only ones
 */
public record BatchRecipe(
    @Default("256") int batchSize,
    @Default("16") int microBatchSize,
    @Default("0") int microBatchTokens,
    @Default("false") boolean dropLast,
    @Default("false") boolean groupByModality) {

  /** Checks the ranges. */
  public BatchRecipe {
    Check.atLeast("batch_size", batchSize, 1);
    Check.atLeast("micro_batch_size", microBatchSize, 1);
    microBatchSize = Math.min(microBatchSize, batchSize);
    Check.atLeast("micro_batch_tokens", microBatchTokens, 0);
  }
}
