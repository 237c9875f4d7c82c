package org.rsavlm.train.checkpoint;

import org.jspecify.annotations.Nullable;
import org.rsavlm.core.RsaStatistics;
import org.rsavlm.train.data.DataPosition;
import org.rsavlm.train.data.RejectionState;

/**
 * Where a stage stands between two steps, beside weights and optimiser. Random numbers need no
 * place here: they are seeded from the run's seed and the step.
 *
 * @param stage its name in the recipe
 * @param step steps taken
 * @param complete whether this was the last step
 * @param position where the next batch begins
 * @param rejections samples that could not be used
 * @param textScale what scale matching has come to; null without it or before its first batch
 * @param collapseStart statistics of the first batch, that collapse is measured from; null before
 * @param collapseWarned whether a collapse was reported
 * @param badSteps steps in a row, up to now, that were not finite
 */
public record StageState(
    String stage,
    long step,
    boolean complete,
    DataPosition position,
    RejectionState rejections,
    @Nullable Double textScale,
    @Nullable RsaStatistics collapseStart,
    boolean collapseWarned,
    int badSteps) {

  /** A stage before its first step. */
  public static StageState start(String stage) {
    return new StageState(
        stage, 0, false, DataPosition.START, RejectionState.START, null, null, false, 0);
  }
}
