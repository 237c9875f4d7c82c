package org.rsavlm.train.run;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.RsaLoss;
import org.rsavlm.core.ScaleMatch;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.TorchRuntime;
import org.rsavlm.train.checkpoint.Checkpoint;
import org.rsavlm.train.checkpoint.StageState;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RsaRecipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.data.Batch;
import org.rsavlm.train.data.DataLoader;
import org.rsavlm.train.data.LoaderOptions;
import org.rsavlm.train.data.Mixture;
import org.rsavlm.train.data.PreparedSample;
import org.rsavlm.train.data.RejectionLog;
import org.rsavlm.train.data.SampleSource;
import org.rsavlm.train.monitor.TrainingListener;
import org.rsavlm.train.optim.AdamW;
import org.rsavlm.train.optim.LearningRateSchedule;
import org.rsavlm.train.optim.ParameterGroup;
import org.rsavlm.train.step.Phase;
import org.rsavlm.train.step.PhaseClock;
import org.rsavlm.train.step.StepOptions;
import org.rsavlm.train.step.StepResult;
import org.rsavlm.train.step.TrainedParts;
import org.rsavlm.train.step.TrainingStep;

/**
 * Trains one stage: batches from the loader, a step each, the optimiser on its schedule, a line of
 * metrics.
 *
 * <p>A step whose loss or gradient is not finite updates nothing, is logged with the ids of its
 * samples, and counts as a step; several in a row end the run.
 */
final class StageTrainer {

  private final TrainingModel training;
  private final Recipe recipe;
  private final StageRecipe stage;
  private final Path rejected;
  private final TrainingListener listener;
  private final BooleanSupplier stop;
  private final Saver saver;
  private StageState from;
  private @Nullable Checkpoint checkpoint;
  private @Nullable StageProbe probe;
  private PhaseClock clock = PhaseClock.OFF;

  /** Keeps the state of a run at the steps at which the trainer asks for it. */
  interface Saver {

    /**
     * Saves.
     *
     * @param state where the stage stands
     * @param optimizer of the stage
     */
    void save(StageState state, AdamW optimizer);
  }

  /**
   * Prepares a stage, from its first step.
   *
   * @param training the model, which is changed
   * @param recipe states seed, data directory, loader and how often to save
   * @param stage one of the recipe's
   * @param rejected file that lists samples that can't be used
   * @param listener follows the steps
   * @param stop is asked after each step whether to end early
   * @param saver gets the state when it is due, when the stage ends and when it is stopped
   */
  StageTrainer(
      TrainingModel training,
      Recipe recipe,
      StageRecipe stage,
      Path rejected,
      TrainingListener listener,
      BooleanSupplier stop,
      Saver saver) {
    this.training = training;
    this.recipe = recipe;
    this.stage = stage;
    this.rejected = rejected;
    this.listener = listener;
    this.stop = stop;
    this.saver = saver;
    from = StageState.start(stage.name());
  }

  /** Goes on from a checkpoint whose weights the model has already. */
  StageTrainer continueFrom(StageState state, Checkpoint of) {
    from = state;
    checkpoint = of;
    return this;
  }

  /** Measures a probe set along the way; it is not closed. */
  StageTrainer probedBy(@Nullable StageProbe measures) {
    probe = measures;
    return this;
  }

  /** Tells what it turns to. */
  StageTrainer timedBy(PhaseClock other) {
    clock = other;
    return this;
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
        RejectionLog rejections =
            new RejectionLog(rejected, recipe.loader().maxRejectedShare(), from.rejections());
        DataLoader loader =
            new DataLoader(
                mixture, training.preparer(stage), options, rejections, from.position());
        AdamW optimizer = new AdamW(training.manager(), parts(), settings(stage))) {
      if (checkpoint != null) {
        checkpoint.restore(optimizer);
      }
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
    long steps =
        stage.maxSteps() > 0 ? stage.maxSteps() : (long) loader.batchesPerEpoch() * stage.epochs();
    LearningRateSchedule schedule =
        LearningRateSchedule.of(
            LearningRateSchedule.Shape.valueOf(stage.schedule().name()),
            stage.warmupRatio(),
            steps);
    ScaleMatch scale = scale();
    TrainingStep step = new TrainingStep(training.model(), options(stage, scale), clock);
    StepHealth health = new StepHealth(from);
    long done = from.step();
    listener.onStageStart(stage.name(), done + 1, steps);
    boolean stopped = stop.getAsBoolean();
    if (done == 0 && !stopped) {
      probe(done, steps, scale);
    }
    while (done < steps && !stopped) {
      long start = System.nanoTime();
      clock.enter(Phase.DATA_WAIT);
      Batch batch = loader.next();
      clock.enter(Phase.OTHER);
      long ready = System.nanoTime();
      TorchRuntime.seed(seed(recipe.seed(), stage.name()) + done);
      double factor = schedule.factor(done);
      try (NDManager manager = training.manager().newSubManager()) {
        StepResult result = step.gradients(manager, microBatches(batch));
        clock.enter(Phase.OPTIMIZER);
        double norm = update(optimizer, result, factor);
        clock.enter(Phase.LOGGING);
        done++;
        health.check(stage.name(), done, result, norm);
        listener.onBatch(stage.name(), done, result.sampleIds());
        listener.onStep(
            StepNumbers.of(
                stage.name(),
                done,
                result,
                optimizer,
                factor,
                norm,
                rejections.rejected(),
                start,
                ready));
        clock.enter(Phase.OTHER);
      }
      probe(done, steps, scale); // before it is saved: a resumed run does not come here again
      stopped = stop.getAsBoolean();
      if (done == steps || stopped || due(done)) {
        clock.enter(Phase.SAVING);
        saver.save(state(done, done == steps, loader, rejections, scale, health), optimizer);
        clock.enter(Phase.OTHER);
      }
    }
    listener.onStageEnd(stage.name());
    return new StageOutcome(done, done == steps, scale == null ? 1 : scale.current());
  }

  private List<List<PreparedSample>> microBatches(Batch batch) {
    return stage.microBatchTokens() > 0
        ? batch.packed(stage.microBatchTokens())
        : batch.microBatches(stage.microBatchSize());
  }

  private void probe(long done, long steps, @Nullable ScaleMatch scale) {
    if (probe != null && probe.due(done, steps)) {
      clock.enter(Phase.PROBE);
      probe.measure(done, scale != null && scale.isEstimated() ? scale.current() : Double.NaN);
      clock.enter(Phase.OTHER);
    }
  }

  private boolean due(long done) {
    int every = recipe.checkpoint().everySteps();
    return every > 0 && done % every == 0;
  }

  private @Nullable ScaleMatch scale() {
    if (!stage.rsa().enabled() || !stage.rsa().matchScale()) {
      return null;
    }
    return from.textScale() == null ? ScaleMatch.firstBatch() : ScaleMatch.fixed(from.textScale());
  }

  private StageState state(
      long done,
      boolean complete,
      DataLoader loader,
      RejectionLog rejections,
      @Nullable ScaleMatch scale,
      StepHealth health) {
    return new StageState(
        stage.name(),
        done,
        complete,
        loader.position(),
        rejections.state(),
        scale != null && scale.isEstimated() ? scale.current() : null,
        health.collapse().start(),
        health.collapse().warned(),
        health.badSteps());
  }

  private static StepOptions options(StageRecipe stage, @Nullable ScaleMatch scale) {
    RsaRecipe rsa = stage.rsa();
    return new StepOptions(
        rsa.enabled() ? loss(rsa) : null,
        rsa.text() == RsaRecipe.TextSide.IN_CONTEXT,
        rsa.imagePooling() == RsaRecipe.ImagePooling.FULL,
        scale,
        stage.activationCheckpointing(),
        ((long) rsa.keepCaptionsMb()) << 20,
        stage.lossChunk());
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
}
