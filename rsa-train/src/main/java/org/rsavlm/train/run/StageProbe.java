package org.rsavlm.train.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rsavlm.core.RsaLoss;
import org.rsavlm.core.RsaStatistics;
import org.rsavlm.core.ScaleMatch;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.train.config.EvaluationRecipe;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.data.EvaluationSet;
import org.rsavlm.train.data.SampleSource;
import org.rsavlm.train.measure.HeldOutEvaluator;
import org.rsavlm.train.measure.HeldOutResult;
import org.rsavlm.train.monitor.ProbeMetrics;
import org.rsavlm.train.monitor.TrainingListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures a stage on a few held-out pairs, always the same, while it is under way: before its
 * first step, every so many steps and after the last. Training is not changed by it: it runs
 * without recording, frees what it makes, and every step seeds its own random numbers.
 */
final class StageProbe implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StageProbe.class);

  private final TrainingModel training;
  private final StageRecipe stage;
  private final EvaluationRecipe evaluation;
  private final TextScales scales;
  private final TrainingListener listener;
  private final EvaluationSet pairs;
  private final CollapseWatch collapse = new CollapseWatch();

  /**
   * Opens the probe set.
   *
   * @param scales to measure the RSA loss with
   * @param earlier what earlier sessions measured in this stage
   * @param listener is told of each measurement
   * @throws org.rsavlm.core.UserException if the held-out data can't be read
   */
  StageProbe(
      TrainingModel training,
      Recipe recipe,
      StageRecipe stage,
      TextScales scales,
      List<ProbeMetrics> earlier,
      TrainingListener listener) {
    this.training = training;
    this.stage = stage;
    this.scales = scales;
    this.listener = listener;
    evaluation = Objects.requireNonNull(recipe.evaluation());
    earlier.forEach(metrics -> collapse.add(statistics(metrics.measures())));
    pairs =
        new EvaluationSet(
            SampleSource.resolve(List.of(evaluation.data()), recipe.dataDir()).get(0),
            training.preparer(stage),
            evaluation.probeSamples(),
            recipe.loader().workers(),
            recipe.loader().maxRejectedShare());
  }

  /** Whether to measure after so many of a stage's steps. */
  boolean due(long step, long steps) {
    return step % evaluation.everySteps() == 0 || step == steps;
  }

  /**
   * Measures and tells the listener.
   *
   * @param step the last one taken
   * @param match what the stage's own scale has come to
   * @throws org.rsavlm.core.UserException if the pairs can't be used or features are not finite
   */
  void measure(long step, ScaleMatch match) {
    double scale = scales.of(stage, match.isPending() ? Double.NaN : match.current());
    boolean known = !Double.isNaN(scale);
    RsaLoss rsa = stage.rsa().loss().withTextScale(known ? scale : 1);
    HeldOutResult result =
        new HeldOutEvaluator(training.model(), rsa, evaluation.k(), evaluation.batchSize())
            .evaluate(training.manager(), pairs);
    Map<String, Double> measures = new LinkedHashMap<>();
    result.toStageResult(stage.name()).measures().forEach((k, v) -> measures.put(k, v.mean()));
    if (!known) { // not comparable with what follows
      measures.remove(Measure.RSA_LOSS.key());
    }
    String what = collapse.add(result.statistics()).orElse(null);
    listener.onProbe(
        new ProbeMetrics(
            stage.name(),
            step,
            measures,
            evaluation.probeGrid() ? result.grid().scores() : List.of(),
            what));
    if (what != null) {
      LOG.warn("stage {} step {}, probe set: {}", stage.name(), step, what);
    }
  }

  private static RsaStatistics statistics(Map<String, Double> measures) {
    return new RsaStatistics(
        value(measures, Measure.MEAN_DISTANCE_VISION),
        value(measures, Measure.MEAN_DISTANCE_TEXT),
        value(measures, Measure.EFFECTIVE_RANK_VISION),
        value(measures, Measure.EFFECTIVE_RANK_TEXT));
  }

  private static double value(Map<String, Double> measures, Measure measure) {
    return measures.getOrDefault(measure.key(), Double.NaN);
  }

  @Override
  public void close() {
    pairs.close();
  }
}
