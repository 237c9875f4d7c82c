package org.rsavlm.train.plan;

import java.util.List;

/**
 * A stage's plan.
 *
 * @param stage what was planned
 * @param trained number of trained scalars
 * @param flops of an average sample
 * @param samples of the stage
 * @param steps of the stage; 0 where samples aren't known
 * @param points for the GPU counts asked for, at the recipe's batch
 * @param weak the same, where every GPU has as many samples as at the largest count: the fewest, so
 *     that communication weighs most
 * @param curve as {@code points}, at more counts
 * @param weakCurve as {@code weak}, at more counts
 * @param advice what to change, where something doesn't fit or GPUs wait
 */
record StagePlan(
    PlannedStage stage,
    long trained,
    StepFlops flops,
    SampleCount samples,
    long steps,
    List<PlanPoint> points,
    List<PlanPoint> weak,
    List<PlanPoint> curve,
    List<PlanPoint> weakCurve,
    List<String> advice) {

  StagePlan {
    points = List.copyOf(points);
    weak = List.copyOf(weak);
    curve = List.copyOf(curve);
    weakCurve = List.copyOf(weakCurve);
    advice = List.copyOf(advice);
  }

  /** Days of the stage; NaN where its samples aren't known. */
  double days(PlanPoint point) {
    return steps == 0 ? Double.NaN : steps * point.seconds() / 86_400;
  }

  /** A GPU's samples a second relative to the first count. */
  static double efficiency(List<PlanPoint> points, int index) {
    return points.get(index).samplesPerSecondAndGpu() / points.get(0).samplesPerSecondAndGpu();
  }
}
