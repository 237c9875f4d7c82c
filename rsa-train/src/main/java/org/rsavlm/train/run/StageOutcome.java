package org.rsavlm.train.run;

import org.rsavlm.train.checkpoint.StageState;

/**
 * How a stage ended.
 *
 * @param steps taken, those of earlier sessions included
 * @param complete whether it reached its end; otherwise it was asked to stop
 * @param textScale the constant that scale matching settled on; 1 without
 */
public record StageOutcome(long steps, boolean complete, double textScale) {

  /** Returns the outcome of a stage that an earlier session completed. */
  static StageOutcome of(StageState at) {
    return new StageOutcome(at.step(), true, at.textScale() == null ? 1 : at.textScale());
  }
}
