package org.rsavlm.train.run;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.RsaLoss;
import org.rsavlm.core.RsaStatistics;
import org.rsavlm.core.ScaleMatch;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.TorchRuntime;
import org.rsavlm.models.LanguageHeadLoss;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RsaRecipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.data.Batch;
import org.rsavlm.train.data.DataLoader;
import org.rsavlm.train.data.DataPosition;
import org.rsavlm.train.data.LoaderOptions;
import org.rsavlm.train.data.Mixture;
import org.rsavlm.train.data.RejectionLog;
import org.rsavlm.train.data.SampleSource;
import org.rsavlm.train.monitor.StepMetrics;
import org.rsavlm.train.monitor.TrainingListener;
import org.rsavlm.train.step.AdamW;
import org.rsavlm.train.step.LearningRateSchedule;
import org.rsavlm.train.step.ParameterGroup;
import org.rsavlm.train.step.StepOptions;
import org.rsavlm.train.step.StepResult;
import org.rsavlm.train.step.TrainedParts;
import org.rsavlm.train.step.TrainingStep;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains one stage: batches from the loader, a step each, the optimiser on its schedule, a line of
 * metrics.
 *
 * <p>A step whose loss or gradient is not finite updates nothing, is logged with the ids of its
 * samples, and counts as a step; several in a row end the run.
 */
public final class StageTrainer {

  private static final Logger LOG = LoggerFactory.getLogger(StageTrainer.class);
  private static final int MAX_BAD_STEPS = 5;
  private static final int SHOWN_IDS = 8;

  private final TrainingModel training;
  private final Recipe recipe;
  private final StageRecipe stage;
  private final Path rejected;
  private final TrainingListener listener;
  private final BooleanSupplier stop;
  private final CollapseWatch collapse = new CollapseWatch();
  private int badSteps;

  /**
   * Prepares a stage.
   *
   * @param training the model, which is changed
   * @param recipe states seed, data directory and loader
   * @param stage one of the recipe's
   * @param rejected file that lists samples that can't be used
   * @param listener follows the steps
   * @param stop is asked after each step whether to end early
   */
  public StageTrainer(
      TrainingModel training,
      Recipe recipe,
      StageRecipe stage,
      Path rejected,
      TrainingListener listener,
      BooleanSupplier stop) {
    this.training = training;
    this.recipe = recipe;
    this.stage = stage;
    this.rejected = rejected;
    this.listener = listener;
    this.stop = stop;
    if (stage.images().anyRes()) {
      throw new UserException(
          "stages." + stage.name() + ".images.grids",
          "AnyRes tiles are not trained yet",
          "remove grids to train on base images");
    }
  }

  /**
   * Trains to the end of the stage, or until asked to stop.
   *
   * @throws UserException if the data can't be used, or the loss stays not finite
   */
  public StageOutcome train() {
    long seed = seed(recipe.seed(), stage.name());
    LoaderOptions options =
        LoaderOptions.of(stage.batchSize(), seed)
            .withDropLast(stage.dropLast())
            .withGroupByModality(stage.groupByModality())
            .withWorkers(recipe.loader().workers(), recipe.loader().prefetch());
    List<SampleSource> sources = SampleSource.resolve(stage.data(), recipe.dataDir());
    try (Mixture mixture = Mixture.open(sources, seed);
        RejectionLog rejections = new RejectionLog(rejected, recipe.loader().maxRejectedShare());
        DataLoader loader =
            new DataLoader(
                mixture, training.preparer(stage), options, rejections, DataPosition.START);
        AdamW optimizer = new AdamW(training.manager(), parts(), settings(stage))) {
      return train(loader, rejections, optimizer);
    }
  }

  /** A stage's own seed: stages of a run don't repeat each other's order. */
  private static long seed(long runSeed, String stage) {
    return runSeed * 0x9E3779B97F4A7C15L + stage.hashCode();
  }

  private List<ParameterGroup> parts() {
    return TrainedParts.select(training.model(), stage.trainable(), stage.learningRate());
  }

  private static AdamW.Settings settings(StageRecipe stage) {
    return new AdamW.Settings(
        stage.betas().get(0), stage.betas().get(1), stage.epsilon(), stage.weightDecay());
  }

  private StageOutcome train(DataLoader loader, RejectionLog rejections, AdamW optimizer) {
    long inEpochs = (long) loader.batchesPerEpoch() * stage.epochs();
    long steps = stage.maxSteps() > 0 ? stage.maxSteps() : inEpochs;
    LearningRateSchedule schedule =
        LearningRateSchedule.of(
            LearningRateSchedule.Shape.valueOf(stage.schedule().name()),
            stage.warmupRatio(),
            steps);
    ScaleMatch scale =
        stage.rsa().enabled() && stage.rsa().matchScale() ? ScaleMatch.firstBatch() : null;
    TrainingStep step = new TrainingStep(training.model(), options(stage, scale));
    listener.onStageStart(stage.name(), 1, steps);
    long done = 0;
    while (done < steps && !stop.getAsBoolean()) {
      long start = System.nanoTime();
      Batch batch = loader.next();
      TorchRuntime.seed(seed(recipe.seed(), stage.name()) + done);
      double factor = schedule.factor(done);
      try (NDManager manager = training.manager().newSubManager()) {
        StepResult result = step.gradients(manager, batch.microBatches(stage.microBatchSize()));
        double norm = update(optimizer, result, factor);
        done++;
        check(done, result, norm);
        listener.onBatch(stage.name(), done, result.sampleIds());
        listener.onStep(
            metrics(done, result, optimizer, factor, norm, rejections.rejected(), start));
      }
    }
    listener.onStageEnd(stage.name());
    return new StageOutcome(done, done == steps, scale == null ? 1 : scale.current());
  }

  private static StepOptions options(StageRecipe stage, @Nullable ScaleMatch scale) {
    RsaRecipe rsa = stage.rsa();
    return new StepOptions(
        rsa.enabled() ? loss(rsa) : null,
        rsa.text() == RsaRecipe.TextSide.IN_CONTEXT,
        scale,
        stage.activationCheckpointing(),
        LanguageHeadLoss.DEFAULT_CHUNK);
  }

  /** The loss that a stage's recipe describes. */
  public static RsaLoss loss(RsaRecipe rsa) {
    return RsaLoss.builder()
        .distance(rsa.distance())
        .lambda(rsa.lambda())
        .stopGradientText(rsa.stopGradientText())
        .build();
  }

  private double update(AdamW optimizer, StepResult result, double factor) {
    if (!result.finite()) {
      optimizer.zeroGradients();
      return Double.NaN;
    }
    return optimizer.step(factor, stage.maxGradNorm());
  }

  private void check(long step, StepResult result, double norm) {
    RsaStatistics statistics = result.statistics();
    if (statistics != null) {
      collapse
          .add(statistics)
          .ifPresent(what -> LOG.warn("stage {} step {}: {}", stage.name(), step, what));
    }
    if (Double.isFinite(norm)) {
      badSteps = 0;
      return;
    }
    String what =
        (result.finite() ? "the gradient" : "the loss")
            + " is not finite; its samples are "
            + shown(result.sampleIds());
    LOG.warn("stage {} step {} is skipped: {}", stage.name(), step, what);
    if (++badSteps == MAX_BAD_STEPS) {
      throw new UserException(
          "stage " + stage.name() + " step " + step,
          MAX_BAD_STEPS + " steps in a row were not finite; in the last " + what,
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

  private StepMetrics metrics(
      long step,
      StepResult result,
      AdamW optimizer,
      double factor,
      double norm,
      long skipped,
      long startNanos) {
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
        stage.name(),
        result.lossLm(),
        result.lossRsa(),
        result.loss(),
        rates,
        norm,
        result.samples(),
        result.tokens(),
        skipped,
        (System.nanoTime() - startNanos) / 1e9,
        TorchRuntime.peakResidentBytes(),
        rsa);
  }
}
