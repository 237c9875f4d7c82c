package org.rsavlm.train.config;

/**
 * What a step spends time on to save memory.
 *
 * @param activationCheckpointing recompute each block in the backward pass: less memory, more time
 * @param lossChunk rows of logits computed at once; with 151,936 words 1024 float32 rows take 620
 *     MB
 */
public record MemoryRecipe(
    @Default("false") boolean activationCheckpointing, @Default("1024") int lossChunk) {

  /** Checks the range. */
  public MemoryRecipe {
    Check.atLeast("loss_chunk", lossChunk, 1);
  }
}
