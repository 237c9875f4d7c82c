package org.rsavlm.train.run;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.RsaStatistics;
import org.rsavlm.core.torch.TorchRuntime;
import org.rsavlm.train.monitor.StepMetrics;
import org.rsavlm.train.step.StepResult;

/** The line of metrics of a step, and the clock that runs from its making on. */
final class StepNumbers {

  private final String stage;
  private final long step;
  private final long start = System.nanoTime();
  private long ready = start;

  /** A step begins. */
  StepNumbers(String stage, long step) {
    this.stage = stage;
    this.step = step;
  }

  /** Its batch is there. */
  void dataIsReady() {
    ready = System.nanoTime();
  }

  /**
   * The step is over.
   *
   * @param rates learning rates by the name of the group
   * @param norm of the gradient
   * @param skipped samples rejected since the stage began
   */
  StepMetrics metrics(StepResult result, Map<String, Double> rates, double norm, long skipped) {
    return new StepMetrics(
        step,
        stage,
        result.lossLm(),
        result.lossRsa(),
        result.loss(),
        rates,
        norm,
        result.counts().samples(),
        result.counts().tokens(),
        skipped,
        (System.nanoTime() - start) / 1e9,
        (ready - start) / 1e9,
        TorchRuntime.peakResidentBytes(),
        rsa(result.rsa(), result.counts().pairs()));
  }

  private static Map<String, Double> rsa(StepResult.@Nullable Rsa rsa, int pairs) {
    if (rsa == null) {
      return Map.of();
    }
    RsaStatistics statistics = rsa.statistics();
    Map<String, Double> numbers = new HashMap<>();
    numbers.put("pairs", (double) pairs);
    numbers.put("mean_distance_vision", statistics.meanDistanceVision());
    numbers.put("mean_distance_text", statistics.meanDistanceText());
    numbers.put("distance_ratio", statistics.distanceRatio());
    numbers.put("effective_rank_vision", statistics.effectiveRankVision());
    numbers.put("effective_rank_text", statistics.effectiveRankText());
    numbers.put("text_scale", rsa.textScale());
    return numbers;
  }
}
