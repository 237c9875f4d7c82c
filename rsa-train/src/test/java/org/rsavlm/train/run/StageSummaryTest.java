package org.rsavlm.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RecipeLoader;
import org.rsavlm.train.monitor.ProbeMetrics;
import org.rsavlm.train.monitor.StepMetrics;
import org.rsavlm.train.run.TrainingRun.FinishedStage;

class StageSummaryTest {

  private static final Map<String, Double> START =
      Map.of(
          "lm_loss", 0.8,
          "mutual_knn", 0.021,
          "effective_rank_vision", 12.0,
          "effective_rank_text", 30.0);
  private static final Map<String, Double> END =
      Map.of(
          "lm_loss", 0.65,
          "mutual_knn", 0.049,
          "effective_rank_vision", 72.0,
          "effective_rank_text", 30.5);

  private static Recipe recipe(String... overrides) {
    return RecipeLoader.load(Path.of("..", "configs", "debug.yaml"), List.of(overrides));
  }

  private static StageSummary following(Recipe recipe) {
    StageSummary summary = new StageSummary(recipe.stage("1.5"));
    for (int step = 1; step <= 4; step++) {
      summary.onStep(
          new StepMetrics(
              step, "1.5", 1, 1, 1, Map.of(), 1, 203, 9, step - 1, 0.25, 0.1, 7, Map.of()));
    }
    return summary;
  }

  private static List<FinishedStage> before(Recipe recipe, Map<String, Double> measures) {
    return List.of(
        new FinishedStage(recipe.stage("1"), new StageOutcome(9, true, 1), null, measures));
  }

  private static ProbeMetrics probe(long step, Map<String, Double> measures) {
    return new ProbeMetrics("1.5", step, measures, List.of(), null);
  }

  @Test
  void comparesWithTheStageBeforeWhereItWasMeasuredAlike() {
    Recipe recipe = recipe("stages[1].prompt=qwen_1_5");
    assertThat(following(recipe).line(4, List.of(), before(recipe, START), END))
        .isEqualTo(
            "held-out LM loss 0.800 -> 0.650, mutual-kNN 0.021 -> 0.049, effective rank vision"
                + " 12.0 -> 72.0, text 30.0 -> 30.5, 812 samples/s, 3 rejected");
  }

  @Test
  void anotherPromptHasAnotherLossButTheSameFeatures() {
    Recipe recipe = recipe();
    assertThat(following(recipe).line(4, List.of(), before(recipe, START), END))
        .startsWith("held-out LM loss 0.650, mutual-kNN 0.021 -> 0.049, ");
  }

  @Test
  void otherPairsOrNoneAreNoStart() {
    Recipe longer = recipe("stages[1].max_length=600");
    assertThat(following(longer).line(4, List.of(), before(longer, START), END))
        .startsWith("held-out LM loss 0.650, mutual-kNN 0.049, effective rank vision 72.0, text");
    Recipe recipe = recipe();
    assertThat(following(recipe).line(4, List.of(), before(recipe, Map.of()), END))
        .doesNotContain("->");
    assertThat(following(recipe).line(4, List.of(), List.of(), Map.of()))
        .isEqualTo("812 samples/s, 3 rejected");
  }

  @Test
  void theProbeSetsOwnStartAndEndCompareBest() {
    Recipe recipe = recipe("evaluation.every_steps=2", "evaluation.probe_samples=128");
    List<ProbeMetrics> whole = List.of(probe(0, START), probe(2, START), probe(4, END));
    assertThat(following(recipe).line(4, whole, before(recipe, END), START))
        .startsWith("probe set: LM loss 0.800 -> 0.650, mutual-kNN 0.021 -> 0.049");
    // A run that was continued elsewhere has no start.
    assertThat(following(recipe).line(4, whole.subList(1, 3), before(recipe, START), END))
        .startsWith("held-out LM loss 0.650");
  }

  @Test
  void aStageThatEndedInAnEarlierSessionHasNoSpeed() {
    Recipe recipe = recipe();
    assertThat(new StageSummary(recipe.stage("1.5")).line(4, List.of(), before(recipe, START), END))
        .endsWith("text 30.0 -> 30.5");
  }
}
