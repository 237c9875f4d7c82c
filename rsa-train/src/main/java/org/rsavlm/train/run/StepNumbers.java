package org.rsavlm.train.run;

import java.util.HashMap;
import java.util.Map;
import org.rsavlm.core.RsaStatistics;
import org.rsavlm.core.torch.TorchRuntime;
import org.rsavlm.train.monitor.StepMetrics;
import org.rsavlm.train.optim.AdamW;
import org.rsavlm.train.step.StepResult;

/** The line of metrics of a step. */
final class StepNumbers {

  private StepNumbers() {}

  /**
   * Gathers it.
   *
   * @param factor of the schedule at this step
   * @param norm of the gradient
   * @param skipped samples rejected since the stage began
   * @param startNanos when the step began
   * @param readyNanos when its batch was there
   */
  static StepMetrics of(
      String stage,
      long step,
      StepResult result,
      AdamW optimizer,
      double factor,
      double norm,
      long skipped,
      long startNanos,
      long readyNanos) {
    Map<String, Double> rates = new HashMap<>();
    optimizer.groups().forEach(group -> rates.put(group.name(), factor * group.learningRate()));
    Map<String, Double> rsa = new HashMap<>();
    RsaStatistics statistics = result.statistics();
    if (statistics != null) {
      rsa.put("pairs", (double) result.pairs());
      rsa.put("mean_distance_vision", statistics.meanDistanceVision());
      rsa.put("mean_distance_text", statistics.meanDistanceText());
      rsa.put("distance_ratio", statistics.distanceRatio());
      rsa.put("effective_rank_vision", statistics.effectiveRankVision());
      rsa.put("effective_rank_text", statistics.effectiveRankText());
      rsa.put("text_scale", result.textScale());
    }
    return new StepMetrics(
        step,
        stage,
        result.lossLm(),
        result.lossRsa(),
        result.loss(),
        rates,
        norm,
        result.samples(),
        result.tokens(),
        skipped,
        (System.nanoTime() - startNanos) / 1e9,
        (readyNanos - startNanos) / 1e9,
        TorchRuntime.peakResidentBytes(),
        rsa);
  }
}
