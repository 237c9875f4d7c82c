package org.rsavlm.train.config;

import org.rsavlm.train.optim.LearningRateSchedule;

/**
 * How long a stage is, and how its learning rates run over it.
 *
 * @param epochs passes over the data
 * @param maxSteps stops after so many steps; 0 leaves it to {@code epochs}
 * @param schedule of the learning rate after warm-up
 * @param warmupRatio share of the steps during which the learning rate rises from 0
 */
public record CourseRecipe(
    @Default("1") int epochs,
    @Default("0") int maxSteps,
    @Default("cosine") LearningRateSchedule.Shape schedule,
    @Default("0.03") double warmupRatio) {

  /** Checks the ranges. */
  public CourseRecipe {
    Check.atLeast("epochs", epochs, 1);
    Check.atLeast("max_steps", maxSteps, 0);
    Check.within("warmup_ratio", warmupRatio, 0, 1);
  }

  /**
   * The steps of the stage.
   *
   * @param stepsPerEpoch batches of one pass over the data
   */
  public long steps(long stepsPerEpoch) {
    return maxSteps > 0 ? maxSteps : stepsPerEpoch * epochs;
  }

  /** The factor of the learning rates at each of so many steps. */
  public LearningRateSchedule over(long steps) {
    return LearningRateSchedule.of(schedule, warmupRatio, steps);
  }
}
