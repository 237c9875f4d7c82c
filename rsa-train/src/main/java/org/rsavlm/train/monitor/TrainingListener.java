package org.rsavlm.train.monitor;

/**
 * Follows training: a log, a progress display. All calls come on the training thread, so that a
 * slow listener slows training.
 */
public interface TrainingListener {

  /**
   * A stage begins.
   *
   * @param stage its name in the recipe
   * @param firstStep the step that comes next, 1 unless the stage is resumed
   * @param steps how many the stage has
   */
  default void onStageStart(String stage, long firstStep, long steps) {}

  /**
   * A step is done.
   *
   * @param metrics its numbers
   */
  void onStep(StepMetrics metrics);

  /**
   * A stage has ended, complete or not.
   *
   * @param stage its name in the recipe
   */
  default void onStageEnd(String stage) {}
}
