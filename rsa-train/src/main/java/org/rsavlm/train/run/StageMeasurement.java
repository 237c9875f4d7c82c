package org.rsavlm.train.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.StageResult;
import org.rsavlm.train.config.EvaluationRecipe;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.SourceRecipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.data.EvaluationSet;
import org.rsavlm.train.data.SampleSource;
import org.rsavlm.train.measure.AnsweredQuestion;
import org.rsavlm.train.measure.Answerer;
import org.rsavlm.train.measure.HeldOutEvaluator;
import org.rsavlm.train.measure.QuestionEvaluator;
import org.rsavlm.train.measure.QuestionResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures a model after a stage as its recipe's {@code evaluation} says: held-out pairs always,
 * questions after the last stage.
 */
final class StageMeasurement {

  private static final Logger LOG = LoggerFactory.getLogger(StageMeasurement.class);
  private static final int ANSWER_TOKENS = 24;

  private final Recipe recipe;
  private final EvaluationRecipe evaluation;

  private StageMeasurement(Recipe recipe, EvaluationRecipe evaluation) {
    this.recipe = recipe;
    this.evaluation = evaluation;
  }

  /** Returns what measures the stages of a recipe that has an evaluation. */
  static StageMeasurement of(Recipe recipe) {
    return new StageMeasurement(recipe, Objects.requireNonNull(recipe.evaluation()));
  }

  /** Tells whether a recipe has a stage measured. */
  static boolean isDue(Recipe recipe, StageRecipe stage) {
    return recipe.evaluation() != null && stage.evaluate();
  }

  /**
   * Measures.
   *
   * @param training the model with what belongs to it
   * @param stage whose prompt is used, and whose RSA loss is measured
   * @param textScale of that loss
   * @throws org.rsavlm.core.UserException if the held-out data can't be used
   */
  MeasuredStage measure(TrainingModel training, StageRecipe stage, double textScale) {
    HeldOutEvaluator evaluator =
        new HeldOutEvaluator(
            training.model(),
            stage.rsa().loss().withTextScale(textScale),
            evaluation.k(),
            evaluation.batchSize());
    StageResult result;
    try (EvaluationSet pairs =
        new EvaluationSet(
            source(evaluation.data()),
            training.preparer(stage),
            evaluation.samples(),
            recipe.loader().workers(),
            recipe.loader().maxRejectedShare())) {
      result = evaluator.evaluate(training.manager(), pairs).toStageResult(stage.name());
    }
    List<AnsweredQuestion> answered = List.of();
    boolean last = stage.name().equals(recipe.stages().get(recipe.stages().size() - 1).name());
    SourceRecipe questions = evaluation.questions();
    if (last && questions != null) {
      QuestionResult answers = ask(training, stage, questions);
      result = answers.addTo(result);
      answered = answers.answers();
    }
    LOG.info("stage {} held out: {}", stage.name(), line(result));
    return new MeasuredStage(result, answered, textScale);
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

  private QuestionResult ask(TrainingModel training, StageRecipe stage, SourceRecipe questions) {
    return new QuestionEvaluator(
            training.tokenizer(),
            TrainingModel.template(stage),
            training.tiler(stage),
            stage.maxLength(),
            evaluation.batchSize())
        .evaluate(
            source(questions),
            evaluation.questionCount(),
            Answerer.greedy(
                training.manager(), training.model(), training.tokenizer(), ANSWER_TOKENS));
  }

  private SampleSource source(SourceRecipe source) {
    return SampleSource.resolve(List.of(source), recipe.dataDir()).get(0);
  }
}
