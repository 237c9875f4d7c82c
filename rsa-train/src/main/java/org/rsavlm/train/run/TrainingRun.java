package org.rsavlm.train.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.torch.TorchRuntime;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.distributed.Communicator;
import org.rsavlm.train.distributed.RankAgreement;
import org.rsavlm.train.monitor.Provenance;
import org.rsavlm.train.monitor.TrainingListener;
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
  private Communicator ranks = Communicator.single();
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
   * Shares the run out over ranks, which all run the same recipe in the same directory: each step's
   * batch, and the optimiser's state as {@link Recipe#optimizerState} says. Rank 0 writes what is
   * written once.
   *
   * @param communicator of this rank
   * @return this
   */
  public TrainingRun on(Communicator communicator) {
    ranks = communicator;
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
    try (RunLock lock = ranks.isRoot() ? RunLock.take(directory.path()) : null) {
      Provenance own = Provenance.collect(recipe);
      if (ranks.world() > 1) {
        RankAgreement.check(ranks, settings(own));
      }
      RunStart start = find(own);
      RecordKeeper records = new RecordKeeper(recipe, directory, start, textScales);
      List<FinishedStage> complete = records.complete();
      if (complete != null) {
        LOG.info("the run in {} is complete already", directory.path());
        return complete;
      }
      try (TrainingModel model = TrainingModel.start(recipe, start.weights(), ranks)) {
        ranks.barrier(StageRun.ALONE); // all have read what they start from
        if (ranks.isRoot()) {
          start.prepare(recipe, directory);
        } else {
          directory.forgetRejected(ranks.rank());
        }
        ranks.barrier(StageRun.ALONE);
        return train(model, records);
      }
    }
  }

  /** Rank 0 looks first: it puts damaged checkpoints aside. */
  private RunStart find(Provenance own) {
    RunStart start = ranks.isRoot() ? RunStart.find(recipe, directory, resume, own) : null;
    ranks.barrier(StageRun.ALONE);
    return start == null ? RunStart.find(recipe, directory, resume, own) : start;
  }

  /** What ranks must have in common. */
  private static Map<String, String> settings(Provenance own) {
    return Map.of(
        "recipe", own.recipeSha256(),
        "data", own.dataSha256(),
        "version", own.version() + " " + own.commit(),
        "engine", own.engine(),
        "threads", Integer.toString(own.threads()));
  }

  private List<FinishedStage> train(TrainingModel model, RecordKeeper records) {
    try (RunLogs logs = logs(records);
        RunProfile profile = new RunProfile(directory, profiled && ranks.isRoot())) {
      StageRun.Session session =
          new StageRun.Session(
              recipe, directory, model, records, logs, profile, progress, stop, ranks);
      for (StageRecipe stage = records.next(); stage != null; stage = records.next()) {
        FinishedStage ended = new StageRun(session, stage).run();
        profile.endOf(stage.name());
        if (!ended.outcome().complete()) {
          List<FinishedStage> all = new ArrayList<>(records.finished());
          all.add(ended);
          return all;
        }
      }
      return records.finished();
    }
  }

  private RunLogs logs(RecordKeeper records) {
    return ranks.isRoot() ? new RunLogs(directory, recipe, records.steps()) : RunLogs.none();
  }
}
