package org.rsavlm.eval.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a limit cuts in two: units whose other answers were never asked for. */
class ScoreAggregationTest {

  private static ScoredAnswer mme(String image, double score) {
    return new ScoredAnswer(image, score, Map.of("category", "count"));
  }

  @Test
  void anMmeImageWithOneAnswerDoesNotCount() {
    List<ScoredAnswer> answers = new ArrayList<>(List.of(mme("a", 1), mme("a", 1)));
    BenchmarkScore whole = ScoreAggregation.mme(List.of("count")).of(answers);
    assertThat(whole.metrics()).containsEntry("perception", 200.0).containsEntry("cognition", 0.0);
    answers.add(mme("b", 1));
    BenchmarkScore cut = ScoreAggregation.mme(List.of("count")).of(answers);
    assertThat(cut.score()).isEqualTo(200);
    assertThat(cut.tables().get("category").get("count")).isEqualTo(new GroupScore(200, 2));
  }

  @Test
  void anMmBenchQuestionWithoutItsFirstRotationDoesNotCount() {
    ScoredAnswer first = new ScoredAnswer("q", 1, Map.of("first", "yes"));
    ScoredAnswer second = new ScoredAnswer("q", 0, Map.of());
    ScoredAnswer alone = new ScoredAnswer("r", 1, Map.of());
    ScoredAnswer right = new ScoredAnswer("s", 1, Map.of("first", "yes"));
    BenchmarkScore score =
        ScoreAggregation.circular("first").of(List.of(first, second, alone, right));
    assertThat(score.score()).isEqualTo(0.5);
    assertThat(score.metrics()).containsEntry("single_rotation_accuracy", 0.75);
  }
}
