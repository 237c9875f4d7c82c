package org.rsavlm.train.run;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.train.checkpoint.StageState;
import org.rsavlm.train.config.BatchRecipe;
import org.rsavlm.train.config.LoaderRecipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.data.DataLoader;
import org.rsavlm.train.data.LoaderOptions;
import org.rsavlm.train.data.Mixture;
import org.rsavlm.train.data.RejectionLog;
import org.rsavlm.train.data.SampleSource;
import org.rsavlm.train.monitor.TrainingListener;
import org.rsavlm.train.optim.AdamW;
import org.rsavlm.train.optim.ParameterGroup;
import org.rsavlm.train.step.TrainedParts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains one stage, from its first step or from a checkpoint whose weights the model has already:
 * opens its data, makes its optimiser, and lets {@link StageLoop} take the steps.
 */
final class StageTrainer {

  private static final Logger LOG = LoggerFactory.getLogger(StageTrainer.class);

  private final StageRun.Session session;
  private final StageRecipe stage;
  private final TrainingListener listener;
  private final @Nullable StageProbe probe;

  /**
   * Prepares a stage.
   *
   * @param stage one of the session's recipe
   * @param listener follows the steps
   * @param probe measured along the way; it is not closed
   */
  StageTrainer(
      StageRun.Session session,
      StageRecipe stage,
      TrainingListener listener,
      @Nullable StageProbe probe) {
    this.session = session;
    this.stage = stage;
    this.listener = listener;
    this.probe = probe;
  }

  /**
   * Trains to the end of the stage, or until asked to stop.
   *
   * @throws UserException if the data can't be used, or the loss stays not finite
   */
  StageOutcome train() {
    StageState at = session.records().at(stage);
    StageState from = at == null ? StageState.start(stage.name()) : at;
    if (at != null) {
      LOG.info("stage {} goes on after step {}", stage.name(), at.step());
    }
    TrainingModel model = session.model();
    LoaderRecipe reading = session.recipe().loader();
    List<SampleSource> sources = SampleSource.resolve(stage.data(), session.recipe().dataDir());
    try (Mixture mixture = Mixture.open(sources, seed());
        RejectionLog rejections =
            new RejectionLog(
                session.directory().rejected(), reading.maxRejectedShare(), from.rejections());
        DataLoader loader =
            new DataLoader(
                mixture, model.preparer(stage), options(reading), rejections, from.position());
        AdamW optimizer = new AdamW(model.manager(), groups(), stage.optimizer().settings())) {
      if (at != null) {
        session.records().checkpoint().restore(optimizer);
      }
      return new StageLoop(session, stage, seed(), listener, probe)
          .run(from, loader, rejections, optimizer);
    }
  }

  /** A stage's own seed: stages of a run don't repeat each other's order. */
  private long seed() {
    return session.recipe().seed() * 0x9E3779B97F4A7C15L + stage.name().hashCode();
  }

  private LoaderOptions options(LoaderRecipe reading) {
    BatchRecipe batch = stage.batch();
    return LoaderOptions.of(batch.batchSize(), seed())
        .withDropLast(batch.dropLast())
        .withGroupByModality(batch.groupByModality())
        .withWorkers(reading.workers(), reading.prefetch());
  }

  private List<ParameterGroup> groups() {
    return TrainedParts.select(session.model().model(), stage.trainable(), stage.learningRate());
  }
}
