package org.rsavlm.train.monitor;

import java.util.List;

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
   * A step was computed from these samples; comes just before {@link #onStep}.
   *
   * @param stage its name in the recipe
   * @param step counted from 1 in each stage
   * @param sampleIds of this rank's share of the batch, in the order of the micro-batches
   */
  default void onBatch(String stage, long step, List<String> sampleIds) {}

  /**
   * A step is done.
   *
   * @param metrics its numbers
   */
  void onStep(StepMetrics metrics);

  /**
   * The probe set was measured: before a stage's first step, or behind {@link #onStep}.
   *
   * @param metrics its numbers
   */
  default void onProbe(ProbeMetrics metrics) {}

  /**
   * A stage has ended, complete or not.
   *
   * @param stage its name in the recipe
   */
  default void onStageEnd(String stage) {}

  /** Returns two listeners as one; the first hears of everything first. */
  static TrainingListener both(TrainingListener first, TrainingListener second) {
    return new TrainingListener() {
      @Override
      public void onStageStart(String stage, long firstStep, long steps) {
        first.onStageStart(stage, firstStep, steps);
        second.onStageStart(stage, firstStep, steps);
      }

      @Override
      public void onBatch(String stage, long step, List<String> sampleIds) {
        first.onBatch(stage, step, sampleIds);
        second.onBatch(stage, step, sampleIds);
      }

      @Override
      public void onStep(StepMetrics metrics) {
        first.onStep(metrics);
        second.onStep(metrics);
      }

      @Override
      public void onProbe(ProbeMetrics metrics) {
        first.onProbe(metrics);
        second.onProbe(metrics);
      }

      @Override
      public void onStageEnd(String stage) {
        first.onStageEnd(stage);
        second.onStageEnd(stage);
      }
    };
  }
}
