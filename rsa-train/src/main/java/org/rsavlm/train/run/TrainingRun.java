package org.rsavlm.train.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.RsaLoss;
import org.rsavlm.core.torch.TorchRuntime;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.StageResult;
import org.rsavlm.train.checkpoint.CheckpointStore;
import org.rsavlm.train.checkpoint.FinishedState;
import org.rsavlm.train.checkpoint.StageState;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.monitor.ProbeLog;
import org.rsavlm.train.monitor.TrainingListener;
import org.rsavlm.train.step.Phase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains the stages of a recipe one after the other, each from the model that the one before left,
 * measures each on held-out pairs, and keeps the files that {@link RunDirectory} names. It leaves
 * checkpoints, from which a run that was stopped or killed goes on.
 *
 * <p>The same recipe, seed, data and number of threads give the same metrics and weights bit by
 * bit, but for the times, also where the run was resumed.
 */
public final class TrainingRun {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  private final Recipe recipe;
  private final RunDirectory directory;
  private final TrainingListener progress;
  private final BooleanSupplier stop;
  private final Resume resume;
  private final Map<String, Double> textScales;
  private boolean profiled;

  /**
   * A finished stage.
   *
   * @param recipe what was trained
   * @param outcome how it ended
   * @param measured on held-out pairs; null where the recipe has no evaluation, or the stage was
   *     stopped or has text alone, or was measured in another directory, whose checkpoint this run
   *     began with
   * @param measures by key, those of earlier sessions included
   */
  public record FinishedStage(
      StageRecipe recipe,
      StageOutcome outcome,
      @Nullable MeasuredStage measured,
      Map<String, Double> measures) {}

  /**
   * Prepares a run in a directory without one.
   *
   * @param recipe what to train
   * @param directory where its files go
   * @param progress follows the steps
   * @param stop is asked after each step whether to end early
   */
  public TrainingRun(
      Recipe recipe, RunDirectory directory, TrainingListener progress, BooleanSupplier stop) {
    this(recipe, directory, progress, stop, Resume.NEVER, Map.of());
  }

  /**
   * Prepares a run.
   *
   * @param resume what to do where the directory holds one already
   * @param textScales by stage name, another run's, with which the held-out RSA losses are
   *     measured, so that the two compare; a stage without takes the one of its own training
   */
  public TrainingRun(
      Recipe recipe,
      RunDirectory directory,
      TrainingListener progress,
      BooleanSupplier stop,
      Resume resume,
      Map<String, Double> textScales) {
    this.recipe = recipe;
    this.directory = directory;
    this.progress = progress;
    this.stop = stop;
    this.resume = resume;
    this.textScales = Map.copyOf(textScales);
  }

  /**
   * Has time and memory broken down by phase: a table a stage and {@code profile.json}.
   *
   * @param on whether to; off at first
   * @return this
   */
  public TrainingRun profiled(boolean on) {
    profiled = on;
    return this;
  }

  /**
   * Trains all stages, or those that are left. Of a run that is complete nothing is done again.
   *
   * @return the stages that were begun; only the last may be incomplete
   * @throws org.rsavlm.core.UserException if the directory holds a run that can't be continued, or
   *     something in the recipe or its data can't be used
   */
  public List<FinishedStage> run() {
    if (recipe.threads() > 0) {
      TorchRuntime.setThreads(recipe.threads());
    }
    try (RunLock lock = RunLock.take(directory.path())) {
      RunStart start = RunStart.find(recipe, directory, resume);
      if (isComplete(start)) {
        LOG.info("the run in {} is complete already", directory.path());
        return complete(start);
      }
      try (TrainingModel model = TrainingModel.start(recipe, start.weights())) {
        start.prepare(recipe, directory);
        return train(model, start);
      }
    }
  }

  private boolean isComplete(RunStart start) {
    StageRecipe last = recipe.stages().get(recipe.stages().size() - 1);
    StageState at = start.at(last.name());
    return at != null
        && at.complete()
        && Files.exists(directory.model())
        && (start.measured() != null || !isMeasured(last));
  }

  private List<FinishedStage> complete(RunStart start) {
    List<FinishedStage> all = new ArrayList<>(earlier(start.finished()));
    StageRecipe last = recipe.stages().get(all.size());
    StageState at = Objects.requireNonNull(start.at(last.name()));
    all.add(restored(last, outcome(at), start.measured()));
    return all;
  }

  private List<FinishedStage> earlier(List<FinishedState> states) {
    return states.stream()
        .map(
            state ->
                restored(
                    recipe.stage(state.stage()),
                    new StageOutcome(state.steps(), true, state.textScale()),
                    state.evaluation()))
        .toList();
  }

  /** What an earlier session measured; its line tells whether the file is whole. */
  private @Nullable MeasuredStage earlier(StageRecipe stage, @Nullable ObjectNode line) {
    return line == null ? null : MeasuredStage.read(directory.measured(stage.name()));
  }

  /** A stage that an earlier session finished. */
  private FinishedStage restored(
      StageRecipe stage, StageOutcome outcome, @Nullable ObjectNode evaluation) {
    MeasuredStage measured = earlier(stage, evaluation);
    double scale = measured == null ? outcome.textScale() : measured.textScale();
    return new FinishedStage(
        stage,
        new StageOutcome(outcome.steps(), true, scale),
        measured,
        EvaluationLog.measures(evaluation));
  }

  private static StageOutcome outcome(StageState at) {
    return new StageOutcome(at.step(), true, at.textScale() == null ? 1 : at.textScale());
  }

  private List<FinishedStage> train(TrainingModel model, RunStart start) {
    List<FinishedState> behind = new ArrayList<>(start.finished());
    List<FinishedStage> finished = new ArrayList<>(earlier(behind));
    try (RunLogs logs = new RunLogs(directory, recipe, steps(start, behind));
        RunProfile profile = new RunProfile(directory, profiled)) {
      while (behind.size() < recipe.stages().size()) {
        StageRecipe stage = recipe.stages().get(behind.size());
        StageSummary summary = new StageSummary(stage);
        StageOutcome outcome =
            train(
                model,
                stage,
                start,
                behind,
                TrainingListener.both(logs.and(progress), summary),
                logs,
                profile);
        if (!outcome.complete() || stop.getAsBoolean()) {
          profile.endOf(stage.name());
          // The end of a stage is saved before it is measured.
          StageOutcome stopped = new StageOutcome(outcome.steps(), false, outcome.textScale());
          finished.add(new FinishedStage(stage, stopped, null, Map.of()));
          return finished;
        }
        profile.during(Phase.SAVING, () -> model.save(directory.model(), stage));
        LOG.info(
            "stage {} is trained after {} steps; model in {}",
            stage.name(),
            outcome.steps(),
            directory.model());
        double scale = textScales.getOrDefault(stage.name(), ownScale(stage, outcome, behind));
        ObjectNode line = start.at(stage.name()) == null ? null : start.measured();
        MeasuredStage measured = earlier(stage, line);
        profile.clock().enter(Phase.EVALUATION);
        if (line == null && isMeasured(stage)) {
          measured = measure(model, stage, scale);
          measured.write(directory.measured(stage.name())); // first: the line says that it is there
          line = EvaluationLog.line(measured.result());
          EvaluationLog.append(directory.evaluation(), line);
        }
        profile.clock().enter(Phase.OTHER);
        LOG.info(
            "stage {} done: {}",
            stage.name(),
            summary.line(
                outcome.steps(),
                ProbeLog.read(directory.probe(), stage.name()),
                finished,
                EvaluationLog.measures(line)));
        profile.endOf(stage.name());
        behind.add(new FinishedState(stage.name(), outcome.steps(), outcome.textScale(), line));
        finished.add(
            new FinishedStage(
                stage,
                new StageOutcome(outcome.steps(), true, scale),
                measured,
                EvaluationLog.measures(line)));
      }
    }
    return finished;
  }

  private StageOutcome train(
      TrainingModel model,
      StageRecipe stage,
      RunStart start,
      List<FinishedState> behind,
      TrainingListener listener,
      RunLogs logs,
      RunProfile profile) {
    StageState at = start.at(stage.name());
    if (at != null && at.complete()) {
      return outcome(at);
    }
    CheckpointStore store = new CheckpointStore(directory.checkpoints(), recipe);
    StageTrainer trainer =
        new StageTrainer(
            model,
            recipe,
            stage,
            directory.rejected(),
            listener,
            stop,
            (state, optimizer) -> {
              logs.sync();
              store.save(
                  recipe,
                  start.with(state, behind, recipe),
                  target -> model.save(target, stage),
                  state.complete() ? null : optimizer,
                  directory.rejected());
            });
    if (at != null) {
      LOG.info("stage {} goes on after step {}", stage.name(), at.step());
      trainer.continueFrom(at, start.requireCheckpoint());
    }
    try (StageProbe probe = probe(model, stage, behind, listener)) {
      return trainer.probedBy(probe).timedBy(profile.clock()).train();
    }
  }

  /** Steps that earlier sessions took. */
  private long steps(RunStart start, List<FinishedState> behind) {
    long steps = behind.stream().mapToLong(FinishedState::steps).sum();
    if (behind.size() < recipe.stages().size()) {
      StageState at = start.at(recipe.stages().get(behind.size()).name());
      steps += at == null ? 0 : at.step();
    }
    return steps;
  }

  /** A stage without RSA is measured with the text scale of the one before. */
  private double ownScale(StageRecipe stage, StageOutcome outcome, List<FinishedState> behind) {
    return stage.rsa().enabled() ? outcome.textScale() : scaleBefore(behind);
  }

  private double scaleBefore(List<FinishedState> behind) {
    double scale = 1;
    for (FinishedState state : behind) {
      scale = recipe.stage(state.stage()).rsa().enabled() ? state.textScale() : scale;
    }
    return scale;
  }

  private @Nullable StageProbe probe(
      TrainingModel model,
      StageRecipe stage,
      List<FinishedState> behind,
      TrainingListener listener) {
    if (!RunLogs.isProbed(recipe) || !isMeasured(stage)) {
      return null;
    }
    Double scale = textScales.get(stage.name());
    if (scale == null && !stage.rsa().enabled()) {
      scale = scaleBefore(behind);
    } else if (scale == null && !stage.rsa().matchScale()) {
      scale = 1.0;
    }
    return new StageProbe(
        model, recipe, stage, scale, ProbeLog.read(directory.probe(), stage.name()), listener);
  }

  private boolean isMeasured(StageRecipe stage) {
    return recipe.evaluation() != null && stage.evaluate();
  }

  private MeasuredStage measure(TrainingModel model, StageRecipe stage, double textScale) {
    RsaLoss rsa = StageTrainer.loss(stage.rsa()).withTextScale(textScale);
    StageMeasurement.Measured measured =
        new StageMeasurement(recipe, Objects.requireNonNull(recipe.evaluation()))
            .measure(model, stage, rsa);
    LOG.info("stage {} held out: {}", stage.name(), line(measured.toStageResult()));
    return new MeasuredStage(measured.toStageResult(), measured.questions(), textScale);
  }

  private static String line(StageResult result) {
    List<String> parts = new ArrayList<>();
    result
        .measures()
        .forEach(
            (key, value) -> {
              int decimals = Measure.decimalsOf(key);
              parts.add(
                  key + " " + String.format(Locale.ROOT, "%." + decimals + "f", value.mean()));
            });
    return String.join(", ", parts);
  }
}
