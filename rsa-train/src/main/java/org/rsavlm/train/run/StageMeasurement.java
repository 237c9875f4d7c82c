package org.rsavlm.train.run;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.RsaLoss;
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
import org.rsavlm.train.measure.HeldOutResult;
import org.rsavlm.train.measure.QuestionEvaluator;
import org.rsavlm.train.measure.QuestionResult;

/**
 * Measures a model after a stage as its recipe's {@code evaluation} says: held-out pairs always,
 * questions after the last stage.
 */
public final class StageMeasurement {

  private static final int ANSWER_TOKENS = 24;

  private final Recipe recipe;
  private final EvaluationRecipe evaluation;

  /**
   * What was measured.
   *
   * @param held the held-out pairs
   * @param answers to the questions; null where none were asked
   */
  public record Measured(String stage, HeldOutResult held, @Nullable QuestionResult answers) {

    /** All measures as one stage of a report. */
    public StageResult toStageResult() {
      StageResult result = held.toStageResult(stage);
      return answers == null ? result : answers.addTo(result);
    }

    /** The questions with their answers; empty where none were asked. */
    public List<AnsweredQuestion> questions() {
      return answers == null ? List.of() : answers.answers();
    }
  }

  /** For a recipe and its evaluation. */
  public StageMeasurement(Recipe recipe, EvaluationRecipe evaluation) {
    this.recipe = recipe;
    this.evaluation = evaluation;
  }

  /**
   * Measures.
   *
   * @param training the model with what belongs to it
   * @param stage whose prompt is used
   * @param rsa distance and text scale of the held-out RSA loss
   * @throws org.rsavlm.core.UserException if the held-out data can't be used
   */
  public Measured measure(TrainingModel training, StageRecipe stage, RsaLoss rsa) {
    HeldOutEvaluator evaluator =
        new HeldOutEvaluator(training.model(), rsa, evaluation.k(), evaluation.batchSize());
    HeldOutResult held;
    try (EvaluationSet pairs =
        new EvaluationSet(
            source(evaluation.data()),
            training.preparer(stage),
            evaluation.samples(),
            recipe.loader().workers(),
            recipe.loader().maxRejectedShare())) {
      held = evaluator.evaluate(training.manager(), pairs);
    }
    boolean last = stage.name().equals(recipe.stages().get(recipe.stages().size() - 1).name());
    return new Measured(
        stage.name(), held, last && evaluation.questions() != null ? ask(training, stage) : null);
  }

  private QuestionResult ask(TrainingModel training, StageRecipe stage) {
    SourceRecipe questions = evaluation.questions();
    if (questions == null) {
      throw new IllegalStateException("no questions");
    }
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
