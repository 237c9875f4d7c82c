package org.rsavlm.eval.report;

import java.util.Arrays;

/**
 * A value over the steps of one stage of one run.
 *
 * @param stage name of the stage
 * @param measure key in metrics.jsonl, such as {@code loss_lm}
 * @param seed seed of the run
 * @param steps step numbers, ascending
 * @param values one value a step
 */
public record StepCurve(String stage, String measure, long seed, long[] steps, double[] values) {

  /** Checks the lengths. */
  public StepCurve {
    if (steps.length != values.length) {
      throw new IllegalArgumentException(
          steps.length + " steps can't have " + values.length + " values");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StepCurve that
        && stage.equals(that.stage)
        && measure.equals(that.measure)
        && seed == that.seed
        && Arrays.equals(steps, that.steps)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(steps) * 31 + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "StepCurve[" + stage + ", " + measure + ", " + steps.length + " steps]";
  }
}
