package org.rsavlm.train.run;

import java.util.List;
import org.rsavlm.core.UserException;
import org.rsavlm.train.checkpoint.StageState;
import org.rsavlm.train.step.StepResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of representations that collapse and of steps that are not finite, and ends a stage with
 * several such steps in a row.
 */
final class StepHealth {

  private static final Logger LOG = LoggerFactory.getLogger(StepHealth.class);
  private static final int MAX_BAD_STEPS = 5;
  private static final int SHOWN_IDS = 8;

  private final CollapseWatch collapse;
  private int badSteps;

  /** Goes on from where a stage stands. */
  StepHealth(StageState state) {
    collapse = new CollapseWatch(state.collapseStart(), state.collapseWarned());
    badSteps = state.badSteps();
  }

  CollapseWatch collapse() {
    return collapse;
  }

  /** Steps in a row, up to now, that were not finite. */
  int badSteps() {
    return badSteps;
  }

  /**
   * Takes a step into account.
   *
   * @param norm of its gradient; not finite where nothing was updated
   * @throws UserException if too many in a row were not finite
   */
  void check(String stage, long step, StepResult result, double norm) {
    StepResult.Rsa rsa = result.rsa();
    if (rsa != null) {
      collapse
          .add(rsa.statistics())
          .ifPresent(what -> LOG.warn("stage {} step {}: {}", stage, step, what));
    }
    if (Double.isFinite(norm)) {
      badSteps = 0;
      return;
    }
    String what =
        (result.finite() ? "the gradient" : "the loss")
            + " is not finite; its samples are "
            + shown(result.sampleIds());
    LOG.warn("stage {} step {} is skipped: {}", stage, step, what);
    if (++badSteps >= MAX_BAD_STEPS) {
      throw new UserException(
          "stage " + stage + " step " + step,
          badSteps + " steps in a row were not finite; in the last " + what,
          "lower the learning rates or rsa.lambda, and look at these samples");
    }
  }

  private static String shown(List<String> ids) {
    return ids.size() <= SHOWN_IDS
        ? String.join(", ", ids)
        : String.join(", ", ids.subList(0, SHOWN_IDS))
            + " and "
            + (ids.size() - SHOWN_IDS)
            + " more";
  }
}
