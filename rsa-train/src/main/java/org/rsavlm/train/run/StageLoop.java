package org.rsavlm.train.run;

import ai.djl.ndarray.NDManager;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.ScaleMatch;
import org.rsavlm.core.torch.TorchRuntime;
import org.rsavlm.train.checkpoint.StageState;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.data.Batch;
import org.rsavlm.train.data.DataLoader;
import org.rsavlm.train.data.PreparedSample;
import org.rsavlm.train.data.RejectionLog;
import org.rsavlm.train.monitor.TrainingListener;
import org.rsavlm.train.optim.LearningRateSchedule;
import org.rsavlm.train.optim.Optimizer;
import org.rsavlm.train.step.Phase;
import org.rsavlm.train.step.PhaseClock;
import org.rsavlm.train.step.StepOptions;
import org.rsavlm.train.step.StepResult;
import org.rsavlm.train.step.TrainingStep;

/**
 * The steps of a stage: a batch, its gradient, the optimiser on its schedule, a line of metrics;
 * the probe set and a checkpoint where they are due.
 *
 * <p>A step whose loss or gradient is not finite updates nothing, is logged with the ids of its
 * samples, and counts as a step; several in a row end the run.
 */
final class StageLoop {

  private final StageRun.Session session;
  private final StageRecipe stage;
  private final long seed;
  private final TrainingListener listener;
  private final @Nullable StageProbe probe;
  private final PhaseClock clock;
  private final ScaleMatch scale;
  private final TrainingStep step;

  /** Prepares the steps of a stage whose trained parameters are selected. */
  StageLoop(
      StageRun.Session session,
      StageRecipe stage,
      long seed,
      TrainingListener listener,
      @Nullable StageProbe probe) {
    this.session = session;
    this.stage = stage;
    this.seed = seed;
    this.listener = listener;
    this.probe = probe;
    clock = session.profile().clock();
    scale = stage.rsa().scale();
    step =
        new TrainingStep(
            session.model().model(), StepOptions.of(stage), scale, clock, session.ranks());
  }

  /** Runs from where the stage stands to its end, or until asked to stop. */
  StageOutcome run(
      StageState from, DataLoader loader, RejectionLog rejections, Optimizer optimizer) {
    long steps = stage.course().steps(loader.batchesPerEpoch());
    LearningRateSchedule schedule = stage.course().over(steps);
    StepHealth health = new StepHealth(from);
    scale.from(from.textScale());
    long done = from.step();
    listener.onStageStart(stage.name(), done + 1, steps);
    boolean stopped = StageRun.anyStops(session);
    if (done == 0 && !stopped) {
      probe(done, steps);
    }
    while (done < steps && !stopped) {
      step(++done, schedule, loader, rejections, optimizer, health);
      probe(done, steps); // before it is saved: a resumed run does not come here again
      stopped = StageRun.anyStops(session);
      if (done == steps || stopped || due(done)) {
        save(state(done, done == steps, loader, rejections, health), optimizer);
      }
    }
    listener.onStageEnd(stage.name());
    return new StageOutcome(done, done == steps, scale.current());
  }

  private void step(
      long number,
      LearningRateSchedule schedule,
      DataLoader loader,
      RejectionLog rejections,
      Optimizer optimizer,
      StepHealth health) {
    StepNumbers numbers = new StepNumbers(stage.name(), number);
    clock.enter(Phase.DATA_WAIT);
    Batch batch = loader.next();
    clock.enter(Phase.OTHER);
    numbers.dataIsReady();
    TorchRuntime.seed(seed + number - 1);
    double factor = schedule.factor(number - 1);
    try (NDManager manager = session.model().manager().newSubManager()) {
      StepResult result = step.gradients(manager, microBatches(batch));
      clock.enter(Phase.OPTIMIZER);
      double norm = update(optimizer, result, factor);
      clock.enter(Phase.LOGGING);
      health.check(stage.name(), number, result, norm);
      listener.onBatch(stage.name(), number, result.sampleIds());
      listener.onStep(
          numbers.metrics(result, optimizer.rates(factor), norm, rejections.rejected()));
      clock.enter(Phase.OTHER);
    }
  }

  private List<List<PreparedSample>> microBatches(Batch batch) {
    int tokens = stage.batch().microBatchTokens();
    return tokens > 0 ? batch.packed(tokens) : batch.microBatches(stage.batch().microBatchSize());
  }

  private double update(Optimizer optimizer, StepResult result, double factor) {
    if (!result.finite()) {
      optimizer.zeroGradients();
      return Double.NaN;
    }
    return optimizer.step(factor, stage.optimizer().maxGradNorm());
  }

  private void probe(long done, long steps) {
    if (!StageProbe.isDue(session.recipe(), stage, done, steps)) {
      return;
    }
    clock.enter(Phase.PROBE);
    if (probe != null) {
      probe.measure(done, scale);
    }
    session.ranks().barrier(StageRun.ALONE); // rank 0 measures alone
    clock.enter(Phase.OTHER);
  }

  private boolean due(long done) {
    int every = session.recipe().checkpoint().everySteps();
    return every > 0 && done % every == 0;
  }

  private StageState state(
      long done, boolean complete, DataLoader loader, RejectionLog rejections, StepHealth health) {
    return new StageState(
        stage.name(),
        done,
        complete,
        loader.position(),
        rejections.state(),
        scale.isEstimated() ? scale.current() : null,
        health.collapse().start(),
        health.collapse().warned(),
        health.badSteps());
  }

  private void save(StageState at, Optimizer optimizer) {
    clock.enter(Phase.SAVING);
    session.logs().sync();
    session.records().save(session.model(), stage, at, optimizer, session.ranks());
    clock.enter(Phase.OTHER);
  }
}
