package org.rsavlm.train.step;

import org.rsavlm.train.config.MemoryRecipe;
import org.rsavlm.train.config.RsaRecipe;
import org.rsavlm.train.config.StageRecipe;

/**
 * How a step is computed.
 *
 * @param rsa the auxiliary loss, or that there is none
 * @param memory what is given up in time for memory
 * @param keptCaptionBytes under checkpointing, what a step may keep of the captions' own pass: as
 *     many micro-batches as fit go back without being computed again
 */
public record StepOptions(RsaRecipe rsa, MemoryRecipe memory, long keptCaptionBytes) {

  /** Returns what a stage's recipe asks for. */
  public static StepOptions of(StageRecipe stage) {
    long kept = ((long) stage.rsa().keepCaptionsMb()) << 20;
    return new StepOptions(stage.rsa(), stage.memory(), kept);
  }

  boolean checkpointing() {
    return memory.activationCheckpointing();
  }
}
