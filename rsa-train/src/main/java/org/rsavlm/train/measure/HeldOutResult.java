package org.rsavlm.train.measure;

import java.util.LinkedHashMap;
import java.util.Map;
import org.rsavlm.core.RsaStatistics;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.eval.result.StageResult;

/**
 * What was measured on held-out image-caption pairs.
 *
 * @param pairs number of pairs
 * @param supervisedTokens number of tokens that the language modelling loss is a mean of
 * @param lmLoss mean language modelling loss of a supervised token, in nats
 * @param rsaLoss Eq. 5 of the last layers over all pairs at once, before lambda
 * @param statistics mean distances and effective ranks of the last layers
 * @param grid mutual-kNN of every vision layer with every language layer, the embeddings as layer 0
 */
public record HeldOutResult(
    int pairs,
    long supervisedTokens,
    double lmLoss,
    double rsaLoss,
    RsaStatistics statistics,
    LayerGrid grid) {

  /** Returns the mutual-kNN of the last layers. */
  public double mutualKnn() {
    return grid.lastLast().score();
  }

  /**
   * Returns the measures as one stage of a report, under the keys of {@link Measure}.
   *
   * @param stage name of the stage, such as {@code 1.5}
   */
  public StageResult toStageResult(String stage) {
    Map<String, SeedValues> measures = new LinkedHashMap<>();
    put(measures, Measure.MUTUAL_KNN, mutualKnn());
    put(measures, Measure.MUTUAL_KNN_BEST, grid.best().score());
    put(measures, Measure.LM_LOSS, lmLoss);
    put(measures, Measure.RSA_LOSS, rsaLoss);
    put(measures, Measure.MEAN_DISTANCE_VISION, statistics.meanDistanceVision());
    put(measures, Measure.MEAN_DISTANCE_TEXT, statistics.meanDistanceText());
    put(measures, Measure.EFFECTIVE_RANK_VISION, statistics.effectiveRankVision());
    put(measures, Measure.EFFECTIVE_RANK_TEXT, statistics.effectiveRankText());
    return new StageResult(stage, measures, grid);
  }

  private static void put(Map<String, SeedValues> measures, Measure measure, double value) {
    measures.put(measure.key(), SeedValues.of(value));
  }
}
