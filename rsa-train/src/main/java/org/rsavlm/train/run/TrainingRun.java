package org.rsavlm.train.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.RsaLoss;
import org.rsavlm.core.torch.TorchRuntime;
import org.rsavlm.eval.report.Measure;
import org.rsavlm.eval.report.StageResult;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.SourceRecipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.monitor.MetricsLog;
import org.rsavlm.train.monitor.TrainingListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains the stages of a recipe one after the other, each from the model that the one before left,
 * measures each on held-out pairs, and keeps the files that {@link RunDirectory} names.
 *
 * <p>The same recipe, seed, data and number of threads give the same metrics and weights bit by
 * bit, but for the times.
 */
public final class TrainingRun {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  private final Recipe recipe;
  private final RunDirectory directory;
  private final TrainingListener progress;
  private final BooleanSupplier stop;
  private final Map<String, Double> textScales;

  /**
   * A finished stage.
   *
   * @param recipe what was trained
   * @param outcome how it ended
   * @param measured on held-out pairs; null where the recipe has no evaluation, or the stage was
   *     stopped or has text alone
   */
  public record FinishedStage(
      StageRecipe recipe, StageOutcome outcome, StageMeasurement.@Nullable Measured measured) {}

  /**
   * Prepares a run.
   *
   * @param recipe what to train
   * @param directory where its files go
   * @param progress follows the steps
   * @param stop is asked after each step whether to end early
   */
  public TrainingRun(
      Recipe recipe, RunDirectory directory, TrainingListener progress, BooleanSupplier stop) {
    this(recipe, directory, progress, stop, Map.of());
  }

  /**
   * Prepares a run whose held-out RSA losses are measured with another run's text scales, so that
   * the two compare.
   *
   * @param textScales by stage name; a stage without takes the one of its own training
   */
  public TrainingRun(
      Recipe recipe,
      RunDirectory directory,
      TrainingListener progress,
      BooleanSupplier stop,
      Map<String, Double> textScales) {
    this.recipe = recipe;
    this.directory = directory;
    this.progress = progress;
    this.stop = stop;
    this.textScales = Map.copyOf(textScales);
  }

  /**
   * Trains all stages.
   *
   * @return the stages that were begun; only the last may be incomplete
   * @throws org.rsavlm.core.UserException if the directory holds a run already, or something in the
   *     recipe or its data can't be used
   */
  public List<FinishedStage> run() {
    if (recipe.threads() > 0) {
      TorchRuntime.setThreads(recipe.threads());
    }
    try (TrainingModel model = TrainingModel.start(recipe)) {
      directory.begin(recipe);
      return train(model);
    }
  }

  private List<FinishedStage> train(TrainingModel model) {
    List<FinishedStage> finished = new ArrayList<>();
    double textScale = 1;
    try (MetricsLog metrics = MetricsLog.append(directory.metrics())) {
      for (StageRecipe stage : recipe.stages()) {
        StageOutcome outcome =
            new StageTrainer(
                    model,
                    recipe,
                    stage,
                    directory.rejected(),
                    TrainingListener.both(metrics, progress),
                    stop)
                .train();
        if (!outcome.complete()) {
          finished.add(new FinishedStage(stage, outcome, null));
          return finished;
        }
        model.save(directory.model());
        LOG.info(
            "stage {} done after {} steps; model in {}",
            stage.name(),
            outcome.steps(),
            directory.model());
        if (stage.rsa().enabled()) {
          textScale = outcome.textScale();
        }
        double scale = textScales.getOrDefault(stage.name(), textScale);
        finished.add(
            new FinishedStage(
                stage,
                new StageOutcome(outcome.steps(), true, scale),
                measure(model, stage, scale)));
      }
    }
    return finished;
  }

  private StageMeasurement.@Nullable Measured measure(
      TrainingModel model, StageRecipe stage, double textScale) {
    boolean textOnly = stage.data().stream().map(SourceRecipe::imagesDir).allMatch(d -> d == null);
    if (recipe.evaluation() == null || textOnly) {
      return null;
    }
    RsaLoss rsa = StageTrainer.loss(stage.rsa()).withTextScale(textScale);
    StageMeasurement.Measured measured =
        new StageMeasurement(recipe, recipe.evaluation()).measure(model, stage, rsa);
    StageResult result = measured.toStageResult();
    EvaluationLog.append(directory.evaluation(), result);
    LOG.info("stage {} held out: {}", stage.name(), line(result));
    return measured;
  }

  private static String line(StageResult result) {
    List<String> parts = new ArrayList<>();
    result
        .measures()
        .forEach(
            (key, value) -> {
              int decimals = Measure.of(key).map(Measure::decimals).orElse(3);
              parts.add(
                  key + " " + String.format(Locale.ROOT, "%." + decimals + "f", value.mean()));
            });
    return String.join(", ", parts);
  }
}
