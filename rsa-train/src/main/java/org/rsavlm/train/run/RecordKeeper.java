package org.rsavlm.train.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.train.checkpoint.Checkpoint;
import org.rsavlm.train.checkpoint.CheckpointStore;
import org.rsavlm.train.checkpoint.FinishedState;
import org.rsavlm.train.checkpoint.PendingCheckpoint;
import org.rsavlm.train.checkpoint.StageState;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.distributed.Communicator;
import org.rsavlm.train.optim.Optimizer;
import org.rsavlm.train.optim.RankedAdamW.Sharing;
import org.rsavlm.train.run.TrainingRun.FinishedStage;

/**
 * Knows which stages of a run are behind and with what result, those of earlier sessions included,
 * and puts it on disk: in checkpoints, and a stage's measures beside them.
 */
final class RecordKeeper {

  /** How long ranks wait for each other's parts of a checkpoint: gigabytes on a slow disk. */
  private static final Duration SAVED = Duration.ofMinutes(15);

  private final Recipe recipe;
  private final RunDirectory directory;
  private final RunStart start;
  private final CheckpointStore store;
  private final TextScales scales;
  private final List<FinishedState> behind = new ArrayList<>();
  private final List<FinishedStage> finished = new ArrayList<>();

  /**
   * Begins with the stages that earlier sessions finished.
   *
   * @param textScales by stage name, another run's to measure with
   * @throws UserException if what they measured can't be read
   */
  RecordKeeper(
      Recipe recipe, RunDirectory directory, RunStart start, Map<String, Double> textScales) {
    this.recipe = recipe;
    this.directory = directory;
    this.start = start;
    store = new CheckpointStore(directory.checkpoints(), recipe);
    scales = new TextScales(textScales);
    for (FinishedState state : start.finished()) {
      StageRecipe stage = recipe.stage(state.stage());
      StageOutcome outcome = new StageOutcome(state.steps(), true, state.textScale());
      add(state, restored(stage, outcome, state.evaluation()));
    }
  }

  /** Returns the stage to train next; null if all are behind. */
  @Nullable StageRecipe next() {
    return behind.size() < recipe.stages().size() ? recipe.stages().get(behind.size()) : null;
  }

  /** Returns the stages that are behind. */
  List<FinishedStage> finished() {
    return List.copyOf(finished);
  }

  /** Returns where a stage stood when the session began; null if it was not begun. */
  @Nullable StageState at(StageRecipe stage) {
    return start.at(stage.name());
  }

  /** Returns the checkpoint at which {@link #at} stood. */
  Checkpoint checkpoint() {
    return start.requireCheckpoint();
  }

  /** Returns the steps that earlier sessions took, all stages together. */
  long steps() {
    StageRecipe next = next();
    StageState at = next == null ? null : at(next);
    return behind.stream().mapToLong(FinishedState::steps).sum() + (at == null ? 0 : at.step());
  }

  /**
   * Returns the whole run if nothing of it is left to do.
   *
   * @return null if something is
   */
  @Nullable List<FinishedStage> complete() {
    StageRecipe last = recipe.stages().get(recipe.stages().size() - 1);
    StageState at = at(last);
    if (at == null
        || !at.complete()
        || !Files.exists(directory.model())
        || start.measured() == null && StageMeasurement.isDue(recipe, last)) {
      return null;
    }
    List<FinishedStage> all = new ArrayList<>(finished);
    all.add(restored(last, StageOutcome.of(at), start.measured()));
    return List.copyOf(all);
  }

  private FinishedStage restored(
      StageRecipe stage, StageOutcome outcome, @Nullable ObjectNode line) {
    MeasuredStage measured = read(stage, line);
    double scale = measured == null ? outcome.textScale() : measured.textScale();
    return new FinishedStage(
        stage,
        new StageOutcome(outcome.steps(), true, scale),
        measured,
        EvaluationLog.measures(line));
  }

  /** What an earlier session measured; its line tells whether the file is whole. */
  private @Nullable MeasuredStage read(StageRecipe stage, @Nullable ObjectNode line) {
    return line == null ? null : MeasuredStage.read(directory.measured(stage.name()));
  }

  /** Returns the text scales to measure with. */
  TextScales scales() {
    return scales;
  }

  /**
   * Saves a checkpoint.
   *
   * @param stage that is under way
   * @param at where it stands
   * @param optimizer of the stage
   * @param ranks all of them save; each writes what it alone keeps of the optimiser's state
   * @throws UserException if the file system refuses; what was there before still is
   */
  void save(
      TrainingModel model,
      StageRecipe stage,
      StageState at,
      Optimizer optimizer,
      Communicator ranks) {
    int parts = recipe.optimizerState() == Sharing.SHARDED ? ranks.world() : 1;
    if (!ranks.isRoot()) {
      savePart(at, optimizer, ranks, parts);
      return;
    }
    try (PendingCheckpoint checkpoint = store.begin(at)) {
      Path shared = checkpoint.path().toAbsolutePath();
      ranks.broadcast(shared.toString().getBytes(StandardCharsets.UTF_8), 0);
      model.save(checkpoint.model(), stage);
      if (!at.complete()) {
        PendingCheckpoint.add(shared, optimizer, 0, parts);
      }
      ranks.barrier(SAVED); // all parts are there
      checkpoint.addRejected(directory.rejected());
      checkpoint.commit(recipe, start.with(at, behind, recipe));
      ranks.barrier(SAVED); // and have their name
    } catch (UserException e) {
      throw store.notSaved(at, e);
    }
  }

  /** What another rank than the first adds to the checkpoint that the first has begun. */
  private static void savePart(StageState at, Optimizer optimizer, Communicator ranks, int parts) {
    Path shared = Path.of(new String(ranks.broadcast(new byte[0], 0), StandardCharsets.UTF_8));
    if (!at.complete() && parts > 1) {
      PendingCheckpoint.add(shared, optimizer, ranks.rank(), parts);
    }
    ranks.barrier(SAVED);
    ranks.barrier(SAVED);
  }

  /**
   * Notes what was measured after a stage whose model is saved.
   *
   * @param outcome of its training
   * @param fresh what was measured now; null if it was by an earlier session, or not at all
   * @return the stage as it is behind
   */
  FinishedStage finish(StageRecipe stage, StageOutcome outcome, @Nullable MeasuredStage fresh) {
    ObjectNode line = measuredBefore(stage);
    MeasuredStage measured = fresh == null ? read(stage, line) : fresh;
    if (fresh != null) {
      fresh.write(directory.measured(stage.name())); // first: the line says that it is there
      line = EvaluationLog.line(fresh.result());
      EvaluationLog.append(directory.evaluation(), line);
    }
    double scale = scales.of(stage, outcome.textScale());
    FinishedStage done =
        new FinishedStage(
            stage,
            new StageOutcome(outcome.steps(), true, scale),
            measured,
            EvaluationLog.measures(line));
    add(new FinishedState(stage.name(), outcome.steps(), outcome.textScale(), line), done);
    return done;
  }

  /**
   * Notes a stage that rank 0 has saved and measured, on another rank.
   *
   * @return the stage as it is behind
   */
  FinishedStage follow(StageRecipe stage, StageOutcome outcome) {
    ObjectNode line =
        StageMeasurement.isDue(recipe, stage)
            ? EvaluationLog.find(directory.evaluation(), stage.name())
            : null;
    double scale = scales.of(stage, outcome.textScale());
    FinishedStage done =
        new FinishedStage(
            stage,
            new StageOutcome(outcome.steps(), true, scale),
            read(stage, line),
            EvaluationLog.measures(line));
    add(new FinishedState(stage.name(), outcome.steps(), outcome.textScale(), line), done);
    return done;
  }

  /** Returns the line of a stage that an earlier session trained and measured. */
  @Nullable ObjectNode measuredBefore(StageRecipe stage) {
    return at(stage) == null ? null : start.measured();
  }

  private void add(FinishedState state, FinishedStage stage) {
    behind.add(state);
    finished.add(stage);
    scales.add(stage.recipe(), state.textScale());
  }
}
