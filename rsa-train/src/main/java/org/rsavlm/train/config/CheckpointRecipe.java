package org.rsavlm.train.config;

/**
 * When a run's state is saved. The end of a stage is always saved.
 *
 * @param everySteps steps between two checkpoints of a stage; 0 for none before its end
 * @param keep how many of the newest checkpoints stay on disk
 */
public record CheckpointRecipe(@Default("0") int everySteps, @Default("2") int keep) {

  /** Checks the ranges. */
  public CheckpointRecipe {
    Check.atLeast("every_steps", everySteps, 0);
    Check.atLeast("keep", keep, 1);
  }
}
