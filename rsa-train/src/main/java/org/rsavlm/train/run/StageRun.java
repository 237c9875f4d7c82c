package org.rsavlm.train.run;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.rsavlm.train.checkpoint.StageState;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.distributed.Communicator;
import org.rsavlm.train.distributed.Reduction;
import org.rsavlm.train.monitor.ProbeLog;
import org.rsavlm.train.monitor.TrainingListener;
import org.rsavlm.train.run.TrainingRun.FinishedStage;
import org.rsavlm.train.step.Phase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stage of a run: trained, its model saved, measured, and summed up in a line. */
final class StageRun {

  private static final Logger LOG = LoggerFactory.getLogger(StageRun.class);

  /** How long the others wait while rank 0 measures alone. */
  static final Duration ALONE = Duration.ofHours(6);

  private final Session session;
  private final StageRecipe stage;
  private final StageSummary summary;
  private final TrainingListener listener;

  /**
   * What the stages of a session share.
   *
   * @param model that they train
   * @param stop is asked after each step whether to end early
   * @param progress follows the steps
   * @param ranks that train together
   */
  record Session(
      Recipe recipe,
      RunDirectory directory,
      TrainingModel model,
      RecordKeeper records,
      RunLogs logs,
      RunProfile profile,
      TrainingListener progress,
      BooleanSupplier stop,
      Communicator ranks) {}

  StageRun(Session session, StageRecipe stage) {
    this.session = session;
    this.stage = stage;
    summary = new StageSummary(stage);
    listener = TrainingListener.both(session.logs().and(session.progress()), summary);
  }

  /** Runs it to its end, or until asked to stop. */
  FinishedStage run() {
    StageOutcome outcome = train();
    if (!outcome.complete() || anyStops(session)) {
      // The end of a stage is saved before it is measured.
      StageOutcome stopped = new StageOutcome(outcome.steps(), false, outcome.textScale());
      return new FinishedStage(stage, stopped, null, Map.of());
    }
    Communicator ranks = session.ranks();
    if (!ranks.isRoot()) {
      ranks.barrier(ALONE); // until rank 0 has saved and measured
      return session.records().follow(stage, outcome);
    }
    FinishedStage finished = saveAndMeasure(outcome);
    ranks.barrier(ALONE);
    return finished;
  }

  private FinishedStage saveAndMeasure(StageOutcome outcome) {
    RunDirectory directory = session.directory();
    session.profile().during(Phase.SAVING, () -> session.model().save(directory.model(), stage));
    LOG.info(
        "stage {} is trained after {} steps; model in {}",
        stage.name(),
        outcome.steps(),
        directory.model());
    List<FinishedStage> before = session.records().finished();
    session.profile().clock().enter(Phase.EVALUATION);
    FinishedStage finished = session.records().finish(stage, outcome, measure(outcome));
    session.profile().clock().enter(Phase.OTHER);
    LOG.info(
        "stage {} done: {}",
        stage.name(),
        summary.line(
            outcome.steps(),
            ProbeLog.read(directory.probe(), stage.name()),
            before,
            finished.measures()));
    return finished;
  }

  /** Tells whether a rank was asked to stop; all get the same answer. */
  static boolean anyStops(Session session) {
    long asked = session.stop().getAsBoolean() ? 1 : 0;
    return session.ranks().reduce(Reduction.MAX, asked)[0] > 0;
  }

  private StageOutcome train() {
    StageState at = session.records().at(stage);
    if (at != null && at.complete()) {
      return StageOutcome.of(at);
    }
    try (StageProbe probe = probe()) {
      return new StageTrainer(session, stage, listener, probe).train();
    }
  }

  private @Nullable StageProbe probe() {
    Recipe recipe = session.recipe();
    if (!session.ranks().isRoot()
        || !RunLogs.isProbed(recipe)
        || !StageMeasurement.isDue(recipe, stage)) {
      return null;
    }
    return new StageProbe(
        session.model(),
        recipe,
        stage,
        session.records().scales(),
        ProbeLog.read(session.directory().probe(), stage.name()),
        listener);
  }

  /** Measures held-out pairs, if the recipe asks for it and no earlier session did. */
  private @Nullable MeasuredStage measure(StageOutcome outcome) {
    if (session.records().measuredBefore(stage) != null
        || !StageMeasurement.isDue(session.recipe(), stage)) {
      return null;
    }
    double scale = session.records().scales().of(stage, outcome.textScale());
    return StageMeasurement.of(session.recipe()).measure(session.model(), stage, scale);
  }
}
